// Package jail runs the parsers of binary formats (PDF, spreadsheets, anything
// whose reader may crash, loop or eat memory) in a child process of this same
// program, which can open no file, reach no network and start no program. Bytes
// go in through a pipe, an answer comes back through another, and whatever the
// parser does with a hostile document costs that one document.
//
// # How to use
//
// The program has a hidden command that turns it into such a child; all it does
// is to call [Serve] with the parsers by name:
//
//	err := jail.Serve(ctx, os.Stdin, os.Stdout, map[string]jail.Handler{"pdf": readPDF})
//
// The other side makes one [Jail], which starts that command of its own program
// when the first document comes, and keeps the child for the next ones:
//
//	j := jail.New(jail.Options{Command: []string{"parse-child"}})
//	defer j.Close()
//	answer, err := j.Run(ctx, "pdf", body)
//
// An error is a [DocumentError] where the document is to blame; it says in words what
// happened. Any other error is the jail's own, or the context's, and the document
// deserves another try. [Jail.Check] has a child try what it must not be able to
// do, and tells which protections hold on this machine.
//
// [Jail.RunTool] runs a program of the machine, as pdftotext, in the same way: the
// hidden command locks itself up and becomes that program, which may read its
// libraries and nothing else. [Serve] does this too.
//
// # What holds a child
//
// Landlock (no file but an optional folder for compiled code, no TCP, no signal
// to others), a filter of system calls (no socket, no new process, no change of
// a file's mode or owner), namespaces of its own (users, network, processes,
// IPC), resource limits, no new privileges, an empty environment; and the parent,
// which kills it past its time, past its memory, and when it ends itself. What the
// kernel does not have is left out, and [Jail.Check] says so; what it has and
// refuses to set up is an error.
//
// # Caveats
//
// Linux only. Landlock does not hide names: a child can still ask whether a path
// exists. A build with cgo has no process namespace of its own, because the way
// in which such a build restricts its threads needs the /proc of its processes.
// A limit on the number of threads does not bind root. The resident memory is
// looked at every 20 ms, so a child may exceed its bound for that long; the limit
// on its data holds at once, and a tool's is wider by what this program had.
//
// What one child writes to the folder for compiled code, the next one runs. No
// process outside of the jail may use that folder, and where the time of a first
// compilation can be spared, a child that reads no documents should fill it, and
// the others only read it.
package jail

package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"vigie/config"
)

// cli is the whole grammar of the command line: kong reads it from the tags.
type cli struct {
	ConfigFile string `name:"config" placeholder:"FILE" help:"Configuration file (default: vigie.toml in this folder, if there is one)."`
	Data       string `name:"data" placeholder:"FOLDER" help:"Data folder, over the configuration."`

	CPUProfile string `name:"cpuprofile" placeholder:"FILE" hidden:"" help:"Write a CPU profile of this command, for developers."`

	Serve     serveCmd     `cmd:"" help:"Run: read what is due, index it, answer pages and commands."`
	Demo      demoCmd      `cmd:"" help:"Gather a small sample web over loopback and search it."`
	Gather    gatherCmd    `cmd:"" help:"One turn: read every source that is due and make it searchable."`
	Try       tryCmd       `cmd:"" help:"Read a feed, a page or a PDF and print what vigie understands; nothing is stored."`
	Robots    robotsCmd    `cmd:"" help:"Say whether a robots.txt file lets agents read an address."`
	Sources   sourcesCmd   `cmd:"" help:"The places to watch: list, add, remove, pause, import, export."`
	Search    searchCmd    `cmd:"" help:"Find what was kept."`
	Thesaurus thesaurusCmd `cmd:"" help:"The names that searches look for besides: export, import."`
	Digest    digestCmd    `cmd:"" help:"What subscribers receive by mail: preview, send, list."`
	Users     usersCmd     `cmd:"" help:"The people with accounts: list, add, set a password or a role, disable."`
	Check     checkCmd     `cmd:"" help:"Prove that the store and the index are whole and agree."`
	Backup    backupCmd    `cmd:"" help:"Write everything to one file, while the server runs."`
	Restore   restoreCmd   `cmd:"" help:"Put a backup in place of an empty data folder."`
	Export    exportCmd    `cmd:"" help:"Write everything as gzipped JSON lines that other programs can read."`
	Reindex   reindexCmd   `cmd:"" help:"Build the full-text index anew from the store."`
	Collect   collectCmd   `cmd:"" help:"Give back the room of what nothing refers to any more."`
	Config    configCmd    `cmd:"" name:"config" help:"Print the commented reference of the configuration, or check yours."`
	Version   versionCmd   `cmd:"" help:"Print the version."`

	VerifyData    verifyDataCmd    `cmd:"" name:"verify-data" hidden:""`
	ParseDocument parseDocumentCmd `cmd:"" name:"parse-document" hidden:""`
}

// parse reads a command line and the configuration into the session. A nil
// command means that help was asked for and given.
func parse(s *session, args []string) (any, error) {
	command, grammar, err := read(s, args)
	if command == nil || err != nil {
		return nil, err
	}
	if _, ok := command.(*configCmd); ok {
		s.configFile = grammar.ConfigFile
		return command, nil // it reads the configuration itself, to tell its faults
	}
	if _, ok := command.(*parseDocumentCmd); ok {
		return command, nil // it may open nothing, and needs nothing of it
	}
	if s.cfg, err = loadConfig(s, grammar); err != nil {
		return nil, usageError{err}
	}
	s.log = newLogger(s, command)
	if grammar.CPUProfile != "" {
		command = &profiled{command: command, file: s.path(grammar.CPUProfile), args: args}
	}
	return command, nil
}

// parseFor reads a command line that somebody sent to the server a: its
// configuration is the server's.
func parseFor(s *session, a *app, args []string) (any, error) {
	command, _, err := read(s, args)
	s.cfg, s.log = a.cfg, a.log
	return command, err
}

// read reads a command line.
func read(s *session, args []string) (any, cli, error) {
	var grammar cli
	helped := false
	parser, err := kong.New(&grammar,
		kong.Name("vigie"),
		kong.Description("The lookout of an ICT observatory: reads feeds and sites, keeps them, finds them again."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return nil, grammar, fmt.Errorf("build the command line: %w", err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(markExclusions(args))
	if helped {
		return nil, grammar, nil
	}
	if err != nil {
		return nil, grammar, usageError{fmt.Errorf("%w; see vigie --help", err)}
	}
	return parsed.Selected().Target.Addr().Interface(), grammar, nil
}

func loadConfig(s *session, grammar cli) (config.Config, error) {
	file := grammar.ConfigFile
	if file != "" {
		file = s.path(file)
	}
	cfg, err := config.Load(file, s.getenv)
	if err != nil {
		return cfg, err
	}
	s.dataGiven = grammar.Data != ""
	cfg.Data = s.path(cmp.Or(grammar.Data, cfg.Data))
	return cfg, cfg.Validate()
}

// commandName names the command of a line for the lock and the log: "sources add".
func commandName(args []string) string {
	var words []string
	for i := 0; i < len(args) && len(words) < 2; i++ {
		switch {
		case args[i] == "--data" || args[i] == "--config":
			i++ // its value
		case strings.HasPrefix(args[i], "-"):
		case len(words) == 0 || words[0] == "sources" || words[0] == "users" || words[0] == "digest" || words[0] == "thesaurus":
			words = append(words, args[i])
		}
	}
	return strings.Join(words, " ")
}

// versionCmd prints the version.
type versionCmd struct{}

func (*versionCmd) run(_ context.Context, s *session) error {
	_, err := fmt.Fprintln(s.out, "vigie", version)
	return err
}

// configCmd prints the reference, or checks the configuration in force.
type configCmd struct {
	Check bool `help:"Check the configuration in force instead."`
}

func (c *configCmd) run(_ context.Context, s *session) error {
	if !c.Check {
		return config.WriteReference(s.out)
	}
	cfg, err := loadConfig(s, cli{ConfigFile: s.configFile})
	if err != nil {
		return usageError{err}
	}
	_, err = fmt.Fprintf(s.out, "the configuration is good: data in %s, pages on %s\n", cfg.Data, cfg.Listen)
	return err
}

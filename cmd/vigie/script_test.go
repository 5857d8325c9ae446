package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs testdata/script/*.txtar against the real program. Besides the
// usual commands, scripts have:
//
//	web NAME FOLDER   serve a folder on an address of its own; $NAME is where
//	serve             start "vigie serve --no-gather", wait until it answers
//	stop              end it and wait
//	smtpd FOLDER      start a mail server that writes what it takes into a folder
//	published TITLE EMAIL...   publish a synthesis and subscribe people
//	watched QUERY EMAIL        save a search of somebody's, which alerts at once
//	arrives FILE      wait until there is a file
//	flip FILE N       change the Nth byte of a file
//	cut FILE N        cut a file to N bytes
func TestScript(t *testing.T) {
	hosts := 3000
	servers := map[*testscript.TestScript]*exec.Cmd{}
	var mu sync.Mutex // scripts run in parallel
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
			e.Setenv("VIGIE_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("VIGIE_LISTEN", "127.0.0.1:0")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // it would sleep a second before each end
			e.Setenv("VIGIE_NETWORK_ALLOW", "127.0.0.0/8")
			e.Setenv("VIGIE_FETCH_PAGE_PAUSE", "1ms")
			e.Setenv("VIGIE_FETCH_FEED_PAUSE", "1ms")
			e.Setenv("VIGIE_REPORTS_CACHE", engine)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"web": func(ts *testscript.TestScript, _ bool, args []string) {
				mu.Lock()
				hosts++
				number := hosts
				mu.Unlock()
				h := newHost(t, number, func(base string) map[string]file { return folder(ts, ts.MkAbs(args[1]), base) })
				ts.Setenv(args[0], h.URL)
			},
			"serve": func(ts *testscript.TestScript, _ bool, args []string) {
				cmd := serve(ts, args)
				ts.Defer(func() { _ = cmd.Process.Kill() })
				mu.Lock()
				defer mu.Unlock()
				servers[ts] = cmd
			},
			"stop": func(ts *testscript.TestScript, _ bool, _ []string) {
				mu.Lock()
				cmd := servers[ts]
				mu.Unlock()
				ts.Check(cmd.Process.Signal(syscall.SIGTERM))
				if err := cmd.Wait(); err != nil {
					ts.Fatalf("serve ended with %v", err)
				}
			},
			"smtpd": smtpd, "published": published, "watched": watched, "arrives": arrives,
			"flip": func(ts *testscript.TestScript, _ bool, args []string) { damage(ts, args, false) },
			"cut":  func(ts *testscript.TestScript, _ bool, args []string) { damage(ts, args, true) },
		},
	})
}

// folder reads the files to serve; BASE in them stands for their own address.
func folder(ts *testscript.TestScript, dir, base string) map[string]file {
	out := map[string]file{}
	ts.Check(filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		kind := "text/html; charset=utf-8"
		if strings.HasSuffix(name, ".xml") {
			kind = "application/xml"
		}
		path := strings.TrimSuffix("/"+filepath.ToSlash(strings.TrimPrefix(name, dir+string(filepath.Separator))), "index.html")
		out[path] = file{kind, []byte(strings.ReplaceAll(string(body), "BASE", base))}
		return nil
	}))
	return out
}

func serve(ts *testscript.TestScript, args []string) *exec.Cmd {
	cmd := exec.Command(program, append([]string{"serve", "--no-gather"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{
		"VIGIE_DATA", "VIGIE_LISTEN", "VIGIE_NETWORK_ALLOW", "VIGIE_FETCH_PAGE_PAUSE", "VIGIE_FETCH_FEED_PAUSE", "PATH",
		"VIGIE_REPORTS_CACHE", "VIGIE_PUBLIC_URL", "VIGIE_MAIL_HOST", "VIGIE_MAIL_PORT", "VIGIE_MAIL_TLS", "VIGIE_MAIL_FROM", "VIGIE_MAIL_GATHER",
	} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	line := make(chan string, 1)
	go func() {
		buf := make([]byte, 4096)
		n, _ := out.Read(buf)
		line <- string(buf[:n])
	}()
	select {
	case said := <-line:
		fields := strings.Fields(said)
		if len(fields) < 3 {
			ts.Fatalf("serve said %q", said)
		}
		ts.Setenv("SERVED", fields[2])
	case <-time.After(30 * time.Second): // a limit, not a measure
		ts.Fatalf("serve does not answer")
	}
	return cmd
}

func damage(ts *testscript.TestScript, args []string, cut bool) {
	name := ts.MkAbs(args[0])
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if cut {
		ts.Check(os.Truncate(name, n))
		return
	}
	body, err := os.ReadFile(name)
	ts.Check(err)
	if n < 0 {
		n += int64(len(body))
	}
	body[n] ^= 0x55
	ts.Check(os.WriteFile(name, body, 0o600))
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"vigie"
	"vigie/config"
)

// session is one command line and the person behind it: where output goes, which
// folder names are relative to. A command that the server carries out for
// somebody has a session of its own there.
type session struct {
	in       io.Reader
	out, err io.Writer
	// dir is the folder that relative paths of the command line start from.
	dir string
	// terminal says that err is a terminal, so that progress may be a bar.
	terminal bool
	getenv   func(string) string

	configFile string
	dataGiven  bool // --data named the folder
	cfg        config.Config
	log        *slog.Logger
}

// path makes a path of the command line absolute.
func (s *session) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(s.dir, p)
}

// open opens a file for reading; - is the person's standard input.
func (s *session) open(name string) (io.ReadCloser, error) {
	if name == "-" || name == "/dev/stdin" {
		return io.NopCloser(s.in), nil
	}
	if err := ordinary(name); err != nil {
		return nil, err
	}
	return os.Open(s.path(name)) //nolint:gosec // the person names the file
}

// write writes a whole file, which appears at once or not at all; - is the
// person's standard output.
func (s *session) write(name string, body []byte) error {
	if name == "-" || name == "/dev/stdout" {
		_, err := s.out.Write(body)
		return err
	}
	return s.replace(name, func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
}

// replace writes a file under another name first, so that an older one stays whole
// until the new one is.
func (s *session) replace(name string, fill func(io.Writer) error) error {
	file, err := s.target(name)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Unwrap(err))
	}
	err = fill(temp)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), file) //nolint:gosec // the person names the file
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Join(err, os.Remove(temp.Name()))) //nolint:gosec // it is ours
	}
	return nil
}

// target is the path of a file that a command is to write.
func (s *session) target(name string) (string, error) {
	if err := ordinary(name); err != nil {
		return "", err
	}
	file := s.path(name)
	if info, err := os.Stat(file); err == nil && info.IsDir() { //nolint:gosec // the person names the file
		return "", usageError{&vigie.InvalidError{Field: name, Reason: "is a folder; name a file in it"}}
	}
	return file, nil
}

// ordinary refuses names that mean a descriptor of whoever opens them: through a
// server that would be the server's.
func ordinary(name string) error {
	for _, prefix := range []string{"/dev/", "/proc/"} {
		if strings.HasPrefix(filepath.Clean(name), prefix) && name != os.DevNull {
			return usageError{&vigie.InvalidError{Field: name, Reason: "is not an ordinary file; - means standard input or output"}}
		}
	}
	return nil
}

// printJSON writes one value as one line.
func (s *session) printJSON(v any) error {
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printf writes to the person's output.
func (s *session) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(s.out, format, args...)
	return err
}

// tellf writes to the person's error output. Nobody can be told that it failed.
func (s *session) tellf(format string, args ...any) { _, _ = fmt.Fprintf(s.err, format, args...) }

// newLogger writes to the error output: everything for the server, warnings only
// for commands, whose own words say what happened.
func newLogger(s *session, command any) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.cfg.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	if _, ok := command.(*serveCmd); !ok {
		level = max(level, slog.LevelWarn)
	}
	o := &slog.HandlerOptions{Level: level}
	if s.cfg.Log.Format == "json" || (s.cfg.Log.Format == "auto" && !s.terminal) {
		return slog.New(slog.NewJSONHandler(s.err, o))
	}
	return slog.New(slog.NewTextHandler(s.err, o))
}

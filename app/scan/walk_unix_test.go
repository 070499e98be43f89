//go:build unix

package scan

import (
	"path/filepath"
	"syscall"
	"testing"
)

// To open a pipe would wait for ever for somebody to write into it.
func TestPipesInFoldersArePassedOver(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "z.json", logOf(ordinary(1)))
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	symlink(t, "pipe", filepath.Join(dir, "link"))
	checkFiles(t, "read 1, passed over 2, failed 0, events 1+0", []string{"link: -1: not a regular file", "pipe: -1: not a regular file"}, dir)
}

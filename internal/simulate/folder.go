package simulate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
)

// manifestName is the file in which a folder remembers what was simulated into
// it. It begins with a dot, so that readers of logs pass it by.
const manifestName = ".trailbell-simulate"

const manifestHead = "# files that trailbell simulate wrote here; its next run removes them"

// ErrForeign says that a folder holds things that were not simulated.
var ErrForeign = errors.New("the folder is not empty and was not made by simulate")

// Folder is a directory to simulate into. Its Create is safe for concurrent use.
type Folder struct {
	root     *os.Root
	replaced int

	mu       sync.Mutex
	manifest *os.File
}

// OpenFolder makes dir, with its parents, ready to be written to. A folder that
// was simulated into before loses the files of that time and nothing else, so that what
// it holds is always one run. Any other folder with something in it is refused
// with ErrForeign unless force is set; then the new files go beside what is there.
func OpenFolder(dir string, force bool) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder %s: %w", dir, plain(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder %s: %w", dir, plain(err))
	}
	f := &Folder{root: root}
	if err := f.prepare(force); err != nil {
		root.Close()
		return nil, fmt.Errorf("folder %s: %w", dir, plain(err))
	}
	return f, nil
}

// plain leaves out of an error of a file what its reader is told anyway, the name, and
// what nobody needs to know, the system call.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (f *Folder) prepare(force bool) error {
	err := f.removeEarlier()
	if errors.Is(err, fs.ErrNotExist) {
		empty, emptyErr := f.empty()
		if emptyErr != nil {
			return emptyErr
		}
		if !empty && !force {
			return ErrForeign
		}
	} else if err != nil {
		return err
	}
	f.manifest, err = f.root.Create(manifestName)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f.manifest, manifestHead)
	return err
}

func (f *Folder) empty() (bool, error) {
	d, err := f.root.Open(".")
	if err != nil {
		return false, err
	}
	defer d.Close()
	_, err = d.Readdirnames(1)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	return false, err
}

// removeEarlier deletes the files of the manifest and the folders they leave
// empty. The error is fs.ErrNotExist if there is no manifest.
func (f *Folder) removeEarlier() error {
	manifest, err := f.root.Open(manifestName)
	if err != nil {
		return err
	}
	defer manifest.Close()
	lines := bufio.NewScanner(manifest)
	if !lines.Scan() || lines.Text() != manifestHead {
		return fmt.Errorf("%s is not a list of simulated files", manifestName)
	}
	for lines.Scan() {
		key := lines.Text()
		if !strings.HasPrefix(key, "AWSLogs/") || path.Clean(key) != key {
			return fmt.Errorf("%s names %q, which is no log file", manifestName, key)
		}
		switch err := f.root.Remove(key); {
		case err == nil:
			f.replaced++
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
		// A folder with something left in it stays; so do its parents.
		for dir := path.Dir(key); dir != "." && f.root.Remove(dir) == nil; {
			dir = path.Dir(dir)
		}
	}
	return lines.Err()
}

// Replaced returns how many files of an earlier run were removed.
func (f *Folder) Replaced() int { return f.replaced }

// Create opens the file for key and notes it in the manifest first, so that an
// interrupted run can be cleaned up too.
func (f *Folder) Create(key string) (io.WriteCloser, error) {
	if err := f.note(key); err != nil {
		return nil, err
	}
	if err := f.root.MkdirAll(path.Dir(key), 0o755); err != nil {
		return nil, err
	}
	return f.root.Create(key)
}

func (f *Folder) note(key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := fmt.Fprintln(f.manifest, key)
	return err
}

// Close ends the run. It must not be called before the files are closed.
func (f *Folder) Close() error {
	return errors.Join(f.manifest.Close(), f.root.Close())
}

// WriteCorpus is Corpus into a folder.
func WriteCorpus(ctx context.Context, dir string, o Options) (Summary, error) {
	f, err := OpenFolder(dir, false)
	if err != nil {
		return Summary{}, err
	}
	s, err := Corpus(ctx, o, f.Create)
	return s, errors.Join(err, f.Close())
}

package scan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Why a walk passes something over. None of it is a failure.
var (
	errHidden     = errors.New("hidden")
	errNotRegular = errors.New("not a regular file")
	errTwice      = errors.New("folder is part of the scan anyway; read once")
	errVisited    = errors.New("link to a folder around the scanned one; not followed")
)

// walk finds the files and hands each to the workers and, in order, to the collector.
func (s *Scan) walk(ctx context.Context, todo chan<- *job, inOrder chan<- *job) {
	defer close(inOrder)
	defer close(todo)
	w := walker{visit: func(f found) bool {
		j := &job{path: f.path, named: f.named, err: f.err, batches: make(chan *batch, 2)}
		if f.info != nil {
			j.size = f.info.Size()
		}
		select {
		case inOrder <- j:
		case <-ctx.Done():
			return false
		}
		select {
		case todo <- j:
		case <-ctx.Done():
			close(j.batches)
			return false
		}
		return true
	}}
	w.walk(s.options.Paths)
}

// Total returns the number of files that a scan of the paths will read, and their size in
// bytes as they are stored. It reads folders only. It stops early when ctx ends.
func Total(ctx context.Context, paths []string) (files, bytes int64) {
	w := walker{visit: func(f found) bool {
		files++
		if f.info != nil {
			bytes += f.info.Size()
		}
		return ctx.Err() == nil
	}}
	w.walk(paths)
	return files, bytes
}

// A walker goes through files and folders: through each folder once, whatever the order
// and the names of the paths and links that lead to it.
//
// A root is a folder that was entered by name or by link. It brings all that is below it
// into the scan but what is hidden there, so the roots alone say which folders are read,
// or will be: there is no need to remember every folder of a large archive.
type walker struct {
	visit func(found) bool // false ends the walk
	roots map[string]bool  // by their true paths
	open  []string         // the roots that the walk is in now, outermost first
}

// found is a file, or something that could not be looked into.
type found struct {
	path  string
	named bool
	info  fs.FileInfo // nil if err is not
	err   error
}

func (w *walker) walk(paths []string) {
	w.roots = map[string]bool{}
	for _, path := range paths {
		if path == "-" {
			if !w.visit(found{path: path, named: true}) {
				return
			}
			continue
		}
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			if !w.enter(path) {
				return
			}
			continue
		}
		if !w.visit(found{path: path, named: true, info: info, err: err}) {
			return
		}
	}
}

// enter goes through a folder that was named or linked to, unless it is part of the scan
// anyway. A link to a folder around one that the walk is in is not followed: whoever named
// a folder did not mean what lies around it, which may be the whole disk.
func (w *walker) enter(path string) bool {
	root, err := truePath(path)
	switch {
	case err != nil:
		return w.visit(found{path: path, err: err})
	case w.covers(root):
		return w.visit(found{path: path, err: errTwice})
	case w.isAround(root):
		return w.visit(found{path: path, err: errVisited})
	}
	w.roots[root] = true
	w.open = append(w.open, root)
	goOn := w.folder(path, root)
	w.open = w.open[:len(w.open)-1]
	return goOn
}

// truePath returns the absolute path of a folder, free of links.
func truePath(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if filepath.VolumeName(path) != "" || os.IsPathSeparator(path[0]) {
		return filepath.Abs(path)
	}
	// What the shell calls the working folder, and filepath.Abs with it, may be a link.
	working, err := os.Getwd()
	if err == nil {
		working, err = filepath.EvalSymlinks(working)
	}
	if err != nil {
		return "", err
	}
	return filepath.Join(working, path), nil
}

// covers reports whether a folder is a root, or lies in one and is not hidden in it.
func (w *walker) covers(folder string) bool {
	for !w.roots[folder] {
		parent := filepath.Dir(folder)
		if parent == folder || isHidden(filepath.Base(folder)) {
			return false
		}
		folder = parent
	}
	return true
}

// isAround reports whether a root that the walk is in lies in a folder.
func (w *walker) isAround(folder string) bool {
	const separator = string(filepath.Separator)
	prefix := strings.TrimSuffix(folder, separator) + separator
	return slices.ContainsFunc(w.open, func(root string) bool { return strings.HasPrefix(root, prefix) })
}

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// folder goes through the folder at path, whose true path is real. The depth of the
// recursion, links to links included, is bounded by the length of a path that the system
// opens: each level adds a name to path.
func (w *walker) folder(path, real string) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !w.visit(found{path: path, err: err}) {
		return false
	}
	for _, entry := range entries {
		name := entry.Name()
		if !w.entry(filepath.Join(path, name), filepath.Join(real, name), entry) {
			return false
		}
	}
	return true
}

func (w *walker) entry(path, real string, entry fs.DirEntry) bool {
	switch mode := entry.Type(); {
	case mode.IsDir() && w.roots[real]:
		return w.visit(found{path: path, err: errTwice})
	case isHidden(entry.Name()):
		return w.visit(found{path: path, err: errHidden})
	case mode.IsDir():
		return w.folder(path, real)
	case mode&fs.ModeSymlink != 0:
		return w.link(path)
	case !mode.IsRegular():
		return w.visit(found{path: path, err: errNotRegular})
	default:
		info, err := entry.Info()
		return w.visit(found{path: path, info: info, err: err})
	}
}

func (w *walker) link(path string) bool {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return w.visit(found{path: path, err: err})
	case info.IsDir():
		return w.enter(path)
	case !info.Mode().IsRegular():
		return w.visit(found{path: path, err: errNotRegular})
	default:
		return w.visit(found{path: path, info: info})
	}
}

package scan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var (
	errNotRegular = errors.New("not a regular file")
	errVisited    = errors.New("link to a folder that is part of the scan anyway, or in a circle; not followed")
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

// A walker goes through files and folders.
type walker struct {
	visit func(found) bool // false ends the walk
	roots []string         // true paths of the folders that were entered by name or by link
}

// found is a file, or something that could not be looked into.
type found struct {
	path  string
	named bool
	info  fs.FileInfo // nil if err is not
	err   error
}

func (w *walker) walk(paths []string) {
	for _, path := range paths {
		if path == "-" {
			if !w.visit(found{path: path, named: true}) {
				return
			}
			continue
		}
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			if !w.enter(path, true) {
				return
			}
			continue
		}
		if !w.visit(found{path: path, named: true, info: info, err: err}) {
			return
		}
	}
}

// enter goes through a folder that was named or linked to, unless that is done anyway. A
// link to a folder around one that is being gone through is not followed: whoever named
// a folder did not mean what lies around it.
func (w *walker) enter(path string, named bool) bool {
	root, err := filepath.EvalSymlinks(path)
	if err != nil {
		return w.visit(found{path: path, err: err})
	}
	if root, err = filepath.Abs(root); err != nil {
		return w.visit(found{path: path, err: err})
	}
	for _, other := range w.roots {
		if within(root, other) || !named && within(other, root) {
			return w.visit(found{path: path, err: errVisited})
		}
	}
	w.roots = append(w.roots, root)
	return w.folder(path)
}

// within reports whether a folder is another one or lies in it. Both are clean and absolute.
func within(folder, other string) bool {
	const separator = string(filepath.Separator)
	return folder == other || strings.HasPrefix(folder, strings.TrimSuffix(other, separator)+separator)
}

func (w *walker) folder(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil && !w.visit(found{path: path, err: err}) {
		return false
	}
	for _, entry := range entries {
		if !w.entry(filepath.Join(path, entry.Name()), entry) {
			return false
		}
	}
	return true
}

func (w *walker) entry(path string, entry fs.DirEntry) bool {
	switch mode := entry.Type(); {
	case mode.IsDir():
		return w.folder(path)
	case mode&fs.ModeSymlink != 0:
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return w.enter(path, false)
		case err == nil && !info.Mode().IsRegular():
			err = errNotRegular
		}
		return w.visit(found{path: path, info: info, err: err})
	case !mode.IsRegular():
		return w.visit(found{path: path, err: errNotRegular})
	default:
		info, err := entry.Info()
		return w.visit(found{path: path, info: info, err: err})
	}
}

package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/trailbell/trailbell"
	root   = "../.."
)

// The rows of the layout, upper ones first. Imports point down only; within the rows of
// rowsApart a package does not import its neighbours: it declares the small interface it
// needs, and app plugs them together.
var rows = [][]string{
	{"cmd/*"},
	{"app/*"},
	{"wire/*", "console", "stack/*", "trail/*", "subscription/*", "store/*"},
	{"loggroup", "metricfilter", "alarm", "topic", "subscription", "history", "digest", "signin", "trail"},
	{"pattern", "metric"},
	{"event"},
}

var rowsApart = []int{2, 3, 4}

// libraries are packages that other programs can import: they do no I/O of their own
// and are told the time.
var libraries = []string{"event", "pattern", "metric", "signin", "alarm"}

func TestImportsPointDown(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || strings.HasPrefix(f.dir, "internal/") {
			continue
		}
		from := rowOf(f.dir)
		if from < 0 {
			t.Errorf("%s: folder %s is in no row of the layout", f.path, f.dir)
			continue
		}
		for _, imported := range f.imports() {
			to, ours := strings.CutPrefix(imported, module+"/")
			if !ours || strings.HasPrefix(to, "internal/") {
				continue
			}
			row := rowOf(to)
			sameTree := strings.Split(to, "/")[0] == strings.Split(f.dir, "/")[0]
			switch {
			case row < from:
				t.Errorf("%s imports %s, which stands above it", f.path, to)
			case row == from && !sameTree && slices.Contains(rowsApart, row):
				t.Errorf("%s imports its neighbour %s", f.path, to)
			}
		}
	}
}

// rowOf returns the row of a package, -1 if it has none. A name with a star stands for
// a folder and all below it, except what a lower row names.
func rowOf(dir string) int {
	for i, row := range slices.Backward(rows) {
		for _, name := range row {
			folder, all := strings.CutSuffix(name, "/*")
			if dir == name || all && (dir == folder || strings.HasPrefix(dir, folder+"/")) {
				return i
			}
		}
	}
	return -1
}

func TestEveryPackageHasADocFile(t *testing.T) {
	has := map[string]bool{}
	for _, f := range sources(t) {
		has[f.dir] = has[f.dir] || path.Base(f.path) == "doc.go" || strings.HasPrefix(f.dir, "cmd/")
	}
	for dir, ok := range has {
		if !ok {
			t.Errorf("package %s has no doc.go", dir)
		}
	}
}

func TestLibrariesNeverAskForTheTimeAndDoNoIO(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !slices.Contains(libraries, f.dir) {
			continue
		}
		for _, forbidden := range []string{"os", "net", "net/http", "log", "log/slog", "path/filepath"} {
			if slices.Contains(f.imports(), forbidden) {
				t.Errorf("%s imports %s: libraries do no I/O", f.path, forbidden)
			}
		}
		f.calls(func(line int, call string) {
			if call == "time.Now" || call == "time.Since" || call == "time.Until" {
				t.Errorf("%s:%d: %s: libraries are told the time", f.path, line, call)
			}
		})
	}
}

func TestNoTestSleeps(t *testing.T) {
	for _, f := range sources(t) {
		if !f.test {
			continue
		}
		f.calls(func(line int, call string) {
			if call == "time.Sleep" {
				t.Errorf("%s:%d: a test that sleeps is slow on good days and fails on bad ones", f.path, line)
			}
		})
	}
}

func TestFilesAreShortEnoughToRead(t *testing.T) {
	const most = 600
	for _, f := range sources(t) {
		lines := f.fset.File(f.ast.Pos()).LineCount()
		if !f.test && lines > most {
			t.Errorf("%s has %d lines; more than %d is more than one idea", f.path, lines, most)
		}
	}
}

func TestTheChecksWork(t *testing.T) {
	check := func(dir string, want int) {
		t.Helper()
		if got := rowOf(dir); got != want {
			t.Errorf("row of %s is %d, want %d", dir, got, want)
		}
	}
	check("cmd/trailbell", 0)
	check("app", 1)
	check("app/scan", 1)
	check("trail/file", 2)
	check("trail", 3)
	check("subscription/email", 2)
	check("subscription", 3)
	check("pattern", 4)
	check("event", 5)
	check("utilities", -1)
}

// A source is one Go file of the project.
type source struct {
	path string // from the root of the project, with slashes
	dir  string
	test bool
	fset *token.FileSet
	ast  *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || slices.Contains([]string{"testdata", "tools", "node_modules"}, entry.Name())) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join(root, name), nil, 0)
		if err != nil {
			return err
		}
		all = append(all, source{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), fset, file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d Go files found below %s", len(all), root)
	}
	return all
}

func (f source) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// calls visits the calls of functions that are named with their package.
func (f source) calls(visit func(line int, call string)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
				if pkg, ok := fun.X.(*ast.Ident); ok {
					visit(f.fset.Position(call.Pos()).Line, pkg.Name+"."+fun.Sel.Name)
				}
			}
		}
		return true
	})
}

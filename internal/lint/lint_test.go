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
// needs, and app plugs them together. The last row is the story of the project, which has
// no code.
var rows = [][]string{
	{"cmd/*"},
	{"app/*"},
	{"wire/*", "console", "stack/*", "trail/*", "subscription/*", "store/*"},
	{"loggroup", "metricfilter", "alarm", "topic", "subscription", "history", "digest", "signin", "trail"},
	{"event", "pattern", "metric"},
	{"."},
}

var rowsApart = []int{2, 3, 4}

// libraries are packages that other programs can import: they do no I/O of their own
// and are told the time.
var libraries = []string{"event", "pattern", "metric", "signin", "alarm"}

// forLibraries are the packages outside of the project that a library may import: those
// that compute, and no others.
var forLibraries = append([]string{
	"bufio", "bytes", "cmp", "container/*", "crypto/sha256", "embed", "encoding/*", "errors", "fmt", "hash/*",
	"io", "iter", "maps", "math", "math/big", "math/bits", "net/url", "reflect", "regexp/*", "slices", "sort",
	"strconv", "strings", "sync", "sync/atomic", "time", "unicode/*",
}, smallLibraries...)

// smallLibraries are those of others that packages below cmd and app may need.
var smallLibraries = []string{"github.com/klauspost/compress/*", "golang.org/x/sys/cpu"}

// forInternal are the packages of the project that one below internal may import.
var forInternal = []string{"event", "pattern", "metric", "signin"}

// notForLibraries are functions and variables of forLibraries that ask for the time, wait,
// read files or print.
var notForLibraries = []string{
	"time.After", "time.AfterFunc", "time.LoadLocation", "time.Local", "time.NewTicker", "time.NewTimer", "time.Now",
	"time.Since", "time.Sleep", "time.Tick", "time.Until",
	"fmt.Print", "fmt.Printf", "fmt.Println", "fmt.Scan", "fmt.Scanf", "fmt.Scanln",
}

func TestPackagesImportOnlyWhatTheLayoutAllows(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		for _, imported := range f.imports() {
			if fault := importFault(f.dir, imported); fault != "" {
				t.Errorf("%s imports %s: %s", f.path, imported, fault)
			}
		}
		if !below(f.dir, "internal") && rowOf(f.dir) < 0 {
			t.Errorf("%s: folder %s is in no row of the layout", f.path, f.dir)
		}
	}
}

// importFault says why a package may not import another one, or nothing if it may.
func importFault(dir, imported string) string {
	to, ours := strings.CutPrefix(imported, module+"/")
	library, internal := slices.Contains(libraries, dir), below(dir, "internal")
	standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
	from, row := rowOf(dir), rowOf(to)
	sameTree := strings.Split(to, "/")[0] == strings.Split(dir, "/")[0]
	switch {
	case !ours && library && !anyNames(forLibraries, imported):
		return "libraries only compute"
	case !ours && internal && !standard && !anyNames(smallLibraries, imported):
		return "internal packages need small libraries at most"
	case !ours:
		return ""
	case internal && !slices.Contains(forInternal, to):
		return "internal packages import libraries only"
	case internal:
		return ""
	case library && below(to, "internal"):
		return "libraries do not need what is internal"
	case below(to, "internal"):
		return ""
	case row < from:
		return "stands above it"
	case row == from && !sameTree && slices.Contains(rowsApart, row):
		return "is its neighbour"
	}
	return ""
}

func below(dir, folder string) bool { return strings.HasPrefix(dir, folder+"/") }

// anyNames reports whether one of names stands for a folder. A name with a star stands for
// a folder and all below it.
func anyNames(names []string, dir string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		folder, all := strings.CutSuffix(name, "/*")
		return dir == folder || all && below(dir, folder)
	})
}

// rowOf returns the row of a package, the lowest if several name it, -1 if none does.
func rowOf(dir string) int {
	for i, row := range slices.Backward(rows) {
		if anyNames(row, dir) {
			return i
		}
	}
	return -1
}

func TestEveryPackageHasADocFile(t *testing.T) {
	has := map[string]bool{".": false}
	for _, f := range sources(t) {
		has[f.dir] = has[f.dir] || path.Base(f.path) == "doc.go" && f.ast.Doc != nil
	}
	for dir, ok := range has {
		if !ok {
			t.Errorf("package %s has no doc.go that tells what it is", dir)
		}
	}
}

func TestLibrariesNeverAskForTheTimeNorPrint(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || !slices.Contains(libraries, f.dir) {
			continue
		}
		f.uses(func(line int, name string) {
			if slices.Contains(notForLibraries, name) {
				t.Errorf("%s:%d: %s: libraries are told the time and return what they have to say", f.path, line, name)
			}
		})
	}
}

func TestNoTestSleeps(t *testing.T) {
	for _, f := range sources(t) {
		if !f.test {
			continue
		}
		f.uses(func(line int, name string) {
			if name == "time.Sleep" {
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

func TestRowsOfTheLayout(t *testing.T) {
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
	check("event", 4)
	check("pattern", 4)
	check(".", 5)
	check("utilities", -1)
}

func TestImportFaults(t *testing.T) {
	check := func(dir, imported, want string) {
		t.Helper()
		if got := importFault(dir, imported); got != want {
			t.Errorf("%s imports %s: got %q, want %q", dir, imported, got, want)
		}
	}
	const compute, above, neighbour = "libraries only compute", "stands above it", "is its neighbour"
	check("cmd/trailbell", module+"/app/scan", "")
	check("cmd/trailbell", module+"/internal/simulate", "")
	check("cmd/trailbell", "github.com/spf13/cobra", "")
	check("app/scan", module+"/app", "")
	check("app/scan", module+"/cmd/trailbell", above)
	check("signin", module+"/event", "")
	check("signin", module+"/app", above)
	check("signin", module+"/digest", neighbour)
	check("pattern", module+"/event", neighbour)
	check("event", module+"/pattern", neighbour)
	check("event", module+"/internal/simulate", "libraries do not need what is internal")
	check("event", "os", compute)
	check("event", "os/exec", compute)
	check("event", "io/fs", compute)
	check("event", "net", compute)
	check("event", "math/rand/v2", compute)
	check("event", "unsafe", compute)
	check("event", "github.com/spf13/cobra", compute)
	check("event", "encoding/json", "")
	check("event", "github.com/klauspost/compress/gzip", "")
	check("internal/simulate", module+"/event", "")
	check("internal/simulate", "os", "")
	check("internal/simulate", module+"/app/scan", "internal packages import libraries only")
	check("internal/simulate", module+"/digest", "internal packages import libraries only")
	check("internal/simulate", "github.com/spf13/cobra", "internal packages need small libraries at most")
}

func TestUsesAreFoundUnderAnyNameOfThePackage(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", `package x
import clock "time"
import "math/rand/v2"
var now = clock.Now
func f() { clock.Sleep(rand.N(clock.Second)) }
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	source{fset: fset, ast: file}.uses(func(_ int, name string) { got = append(got, name) })
	if want := []string{"time.Now", "time.Sleep", "math/rand/v2.N", "time.Second"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
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
		file, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.ParseComments)
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

// uses visits what is used of other packages, such as time.Now, whatever name the file
// gives them.
func (f source) uses(visit func(line int, name string)) {
	packages := map[string]string{}
	for _, spec := range f.ast.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(imported)
		if major := strings.TrimLeft(name, "v"); major != name && strings.Trim(major, "0123456789") == "" {
			name = path.Base(path.Dir(imported))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = imported
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if used, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := used.X.(*ast.Ident); ok && packages[pkg.Name] != "" {
				visit(f.fset.Position(used.Pos()).Line, packages[pkg.Name]+"."+used.Sel.Name)
			}
		}
		return true
	})
}

package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/kamlens/kamlens/"

// allowed lists, for each room, the packages of this module that it may import. An entry covers the packages below it,
// and a room may always import itself. The longest matching room wins.
var allowed = map[string][]string{
	"cmd":       {"ingest", "transform", "reports", "dashboard", "sql", "internal"},
	"ingest":    {"internal", "sql"},
	"transform": {"internal", "sql"},
	"reports": {
		"internal/kpi", "internal/chart", "internal/store", "internal/config", "internal/text", "internal/fault",
		"internal/calendar", "internal/assess",
	},
	"dashboard": {
		"reports", "internal/customers", "internal/kpi", "internal/chart", "internal/store", "internal/config", "internal/text",
		"internal/fault", "internal/calendar",
	},
	"sql":                {},
	"examples":           {},
	"internal/text":      {},
	"internal/fault":     {"internal/text"},
	"internal/feed":      {"internal/text"},
	"internal/config":    {"internal/text", "internal/fault", "internal/feed", "internal/calendar"},
	"internal/calendar":  {"internal/text", "internal/fault"},
	"internal/disk":      {},
	"internal/pause":     {},
	"internal/warehouse": {"internal/text", "internal/fault", "internal/disk", "internal/pause"},
	"internal/store": {
		"internal/text", "internal/fault", "internal/config", "internal/calendar", "internal/disk", "internal/pause",
	},
	"internal/kpi": {
		"internal/warehouse", "internal/calendar", "internal/config", "internal/text", "internal/fault", "sql",
	},
	"internal/chart":     {"internal/kpi", "internal/text", "internal/fault", "internal/calendar"},
	"internal/demo":      {"internal/feed", "internal/calendar", "internal/text", "internal/fault", "internal/config"},
	"internal/rules":     {"internal/config", "internal/feed", "internal/text", "internal/fault"},
	"internal/assess":    {"internal/kpi", "internal/rules", "internal/text", "internal/fault"},
	"internal/customers": {"internal/kpi", "internal/rules", "internal/text", "internal/fault"},
	"internal/tiering": {
		"internal/kpi", "internal/rules", "internal/calendar", "internal/text", "internal/fault",
	},
	"internal/backup":   {"internal/archive", "internal/disk", "internal/text", "internal/fault"},
	"internal/sampling": {"internal/text", "internal/fault"},
	"internal/people":   {"internal/store", "internal/text", "internal/fault"},
	"internal/decision": {
		"internal/journal", "internal/people", "internal/rules", "internal/feed", "internal/calendar", "internal/config", "internal/text",
		"internal/fault",
	},
	"internal/frozen":  {"internal/archive", "internal/disk", "internal/calendar", "internal/text", "internal/fault"},
	"internal/payroll": {"internal/disk", "internal/text", "internal/fault"},
	"internal/journal": {"internal/text", "internal/fault", "internal/disk"},
	"internal/archive": {"internal/journal", "internal/disk", "internal/text", "internal/fault"},
	"internal":         {"internal/text", "internal/fault", "internal/feed", "internal/calendar", "internal/config"},
}

// drivers may be imported by one package only.
var drivers = map[string]string{
	"github.com/duckdb/duckdb-go": "internal/warehouse",
	"modernc.org/sqlite":          "internal/store",
	"github.com/jackc/pgx":        "ingest",
	"github.com/go-sql-driver":    "ingest",
}

// TestImports parses the files itself: asking "go list" would be shorter, but the test cache does not see what a child
// process reads and would keep answering ok.
func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() != ".." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir // not part of the module, as for the go command
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files++
		checkFile(t, path, filepath.ToSlash(filepath.Dir(rel)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("only %d files were looked at: the test does not see the tree", files)
	}
}

func checkFile(t *testing.T, path, dir string) {
	t.Helper()
	room := roomOf(dir)
	if room == "" {
		t.Errorf("%s: no import rule for this folder; add one here and in docs/ARCHITECTURE.md", path)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		for driver, home := range drivers {
			if covers(driver, imp) && dir != home {
				t.Errorf("%s imports %s: only %s may", path, imp, home)
			}
		}
		to, ours := strings.CutPrefix(imp, module)
		if ours && !covers(room, to) && !slices.ContainsFunc(allowed[room], func(p string) bool { return covers(p, to) }) {
			t.Errorf("%s imports %s: %s may import only %v", path, imp, room, allowed[room])
		}
	}
}

// roomOf returns the most specific room that dir lies in.
func roomOf(dir string) string {
	room := ""
	for r := range allowed {
		if covers(r, dir) && len(r) > len(room) {
			room = r
		}
	}
	return room
}

func covers(parent, path string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }

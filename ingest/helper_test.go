package ingest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

var testNow = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // 08:00 in Shanghai

// TestMain lets the test binary be the child process that reads files, or one that loads.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "load" {
		if err := loadFor(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "read-rows" {
		if err := ServeRows(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// testReader starts such a child.
func testReader(ctx context.Context) *exec.Cmd {
	return exec.CommandContext(ctx, os.Args[0], "read-rows")
}

// site is a folder with a configuration, files and a warehouse.
type site struct {
	t    testing.TB
	dir  string
	yaml string

	nobody bool // answers for corrected reject files
}

// corrector answers for corrected reject files without asking anybody.
func corrector() *Corrector {
	return &Corrector{By: "wang", ByName: "王芳", Act: func(_ context.Context, _ string, load func() error) error { return load() }}
}

func newSite(tb testing.TB, sources string) *site {
	tb.Helper()
	return &site{t: tb, dir: tb.TempDir(), yaml: "sources:\n" + sources}
}

func (s *site) config() config.Config {
	s.t.Helper()
	c, err := config.Parse([]byte(s.yaml), filepath.Join(s.dir, "kamlens.yaml"))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *site) write(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// run loads and returns the receipts, what was printed and the error.
func (s *site) run(o Options) ([]Receipt, string, error) {
	s.t.Helper()
	var out bytes.Buffer
	o.Config, o.Now, o.Out, o.Reader = s.config(), testNow, &out, testReader
	if o.Lang == "" {
		o.Lang = text.EN
	}
	if o.Corrector == nil && !s.nobody {
		o.Corrector = corrector()
	}
	r, err := Run(context.Background(), o)
	return r, out.String(), err
}

// must loads and fails the test on any error.
func (s *site) must(o Options) []Receipt {
	s.t.Helper()
	r, out, err := s.run(o)
	if err != nil {
		s.t.Fatalf("%v\n%s", err, out)
	}
	return r
}

// query returns the rows of a query as lines of cells joined by "|", NULL as "-".
func (s *site) query(q string) []string {
	s.t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, s.config().WarehousePath(), warehouse.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.SQL().QueryContext(ctx, q)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		cells := make([]any, len(cols))
		ptrs := make([]any, len(cols))
		for i := range cells {
			ptrs[i] = &cells[i]
		}
		if err := rows.Scan(ptrs...); err != nil {
			s.t.Fatal(err)
		}
		line := make([]string, len(cols))
		for i, c := range cells {
			switch v := c.(type) {
			case nil:
				line[i] = "-"
			case time.Time:
				line[i] = v.Format("2006-01-02 15:04:05.999999")
			default:
				line[i] = fmt.Sprint(v)
			}
		}
		out = append(out, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return out
}

func mustFeed(tb testing.TB, name string) feed.Feed {
	tb.Helper()
	f, ok := feed.Get(name)
	if !ok {
		tb.Fatalf("no feed %s", name)
	}
	return f
}

func globAll(pattern string) ([]string, error) { return filepath.Glob(pattern) }

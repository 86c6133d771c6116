package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

var update = flag.Bool("update", false, "rewrite docs/feeds.md")

// TestDocs_feeds: docs/feeds.md lists exactly the feeds that are declared, below a part that is written by hand.
func TestDocs_feeds(t *testing.T) {
	path := filepath.Join("..", "docs", "feeds.md")
	const mark = "<!-- generated from internal/feed/feeds.yaml: go test ./ingest -run Docs -update -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	hand, _, ok := strings.Cut(string(data), mark)
	if !ok {
		t.Fatalf("%s lacks the line %s", path, mark)
	}
	want := hand + mark + feedTables()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil { //nolint:gosec // documentation
			t.Fatal(err)
		}
	} else if string(data) != want {
		t.Errorf("%s is not what internal/feed declares: run go test ./ingest -run Docs -update", path)
	}
	for _, key := range text.Keys("reject.") {
		if code := strings.TrimPrefix(key, "reject."); !strings.Contains(code, ".") && !strings.Contains(hand, "`"+code+"`") {
			t.Errorf("%s does not explain the reject code %s", path, code)
		}
	}
}

func feedTables() string {
	var b strings.Builder
	for _, f := range feed.All() {
		fmt.Fprintf(&b, "\n### %s · %s · %s\n\nKey: `%s`\n\n| column | header | type | required |\n|---|---|---|---|\n", f.Name, f.Title.ZH,
			f.Title.EN, strings.Join(f.Key, "`, `"))
		for _, c := range f.Columns {
			typ, must := string(c.Type), ""
			if len(c.Values) > 0 {
				var list []string
				for _, v := range c.Values {
					list = append(list, v.Code+" "+v.ZH)
				}
				typ += ": " + strings.Join(list, ", ")
			}
			if c.Required {
				must = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, c.ZH, typ, must)
		}
	}
	return b.String()
}

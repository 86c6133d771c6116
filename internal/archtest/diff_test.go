package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestArchitecture_diff: the diff that docs/ARCHITECTURE.md shows of one more KPI is what the files say: a new file whole, of an old
// one each line that was added, and none that was taken away.
func TestArchitecture_diff(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	_, diff, ok := strings.Cut(read("docs/ARCHITECTURE.md"), "```diff\n")
	diff, _, closed := strings.Cut(diff, "```\n")
	if !ok || !closed {
		t.Fatal("the document shows no diff")
	}
	files := strings.Split(strings.TrimPrefix(diff, "--- "), "\n--- ")
	models := 0
	for _, file := range files {
		lines := strings.Split(strings.TrimRight(file, "\n"), "\n")
		name, old := strings.TrimPrefix(lines[1], "+++ b/"), lines[0] != "/dev/null"
		text := read(name)
		var added strings.Builder
		for _, l := range lines[2:] {
			switch line := l[1:] + "\n"; {
			case l[0] == '+':
				added.WriteString(line)
				if !strings.Contains(text, line) {
					t.Errorf("%s has no line %s", name, l[1:])
				}
			case strings.Contains(text, line):
				t.Errorf("%s still has the line %s", name, l[1:])
			}
		}
		if !old && added.String() != text {
			t.Errorf("%s is not what is quoted", name)
		}
		if !strings.HasSuffix(name, "_test.go") {
			models++
		}
	}
	if models != 1 || len(files) < 2 {
		t.Errorf("%d files that are no tests, of %d; want one, and its test", models, len(files))
	}
}

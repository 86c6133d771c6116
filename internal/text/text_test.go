package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
)

// TestCatalogue holds the promise of the package: both languages everywhere, no Chinese in English, equal arguments.
func TestCatalogue(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("empty catalogue")
	}
	verb := regexp.MustCompile(`%(?:\[(\d)\])?[-+.0-9]*[a-zA-Z]`)
	verbs := func(s string) []string {
		v := verb.FindAllString(s, -1)
		slices.Sort(v)
		return v
	}
	for key, m := range all {
		if m.ZH == "" || m.EN == "" {
			t.Errorf("%s: a language is missing: %+v", key, m)
		}
		for _, r := range m.EN {
			if unicode.Is(unicode.Han, r) {
				t.Errorf("%s: Chinese in the English text: %q", key, m.EN)
				break
			}
		}
		if zh, en := verbs(m.ZH), verbs(m.EN); !regexp.MustCompile(`%\[`).MatchString(m.ZH+m.EN) && !slices.Equal(zh, en) {
			t.Errorf("%s: arguments differ: %v against %v", key, zh, en)
		}
	}
}

// TestCatalogue_counts: what is counted stands before its number in the messages about closed periods and the archive, so
// that one of it reads as well as two ("1 rows" does not).
func TestCatalogue_counts(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	counted := regexp.MustCompile(`%(?:\[\d\])?d (?:[a-z]+ )?[a-z]+s\b`)
	if !counted.MatchString("%[1]d closed measures") || !counted.MatchString("%d rows") || counted.MatchString("batch %[1]d read again") {
		t.Fatal("the pattern does not tell a count")
	}
	for key, m := range all {
		for _, prefix := range []string{"frozen.", "freeze.", "diff.", "archive.", "cli.known.", "kpi.late"} {
			if strings.HasPrefix(key, prefix) && counted.MatchString(m.EN) {
				t.Errorf("%s: %q does not read well with one", key, m.EN)
			}
		}
	}
}

func TestRead_refusesKeyInTwoFiles(t *testing.T) {
	_, err := read(fstest.MapFS{
		"a.yaml": {Data: []byte("k: {zh: 甲, en: a}")},
		"b.yaml": {Data: []byte("k: {zh: 乙, en: b}")},
	})
	if err == nil {
		t.Fatal("a key in two files was accepted")
	}
}

func TestParse(t *testing.T) {
	for tag, want := range map[string]Lang{"zh": ZH, "zh-CN": ZH, "en": EN, "en-GB": EN} {
		if got, ok := Parse(tag); !ok || got != want {
			t.Errorf("Parse(%q) = %v, %v", tag, got, ok)
		}
	}
	if _, ok := Parse("fr"); ok {
		t.Error("fr was accepted")
	}
}

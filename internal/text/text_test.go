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

// TestForms: words after a number agree with it, and only English has two forms.
func TestForms(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%(?:\[\d\])?[-+.0-9]*[a-zA-Z]`)
	for key, m := range all {
		for _, f := range forms.FindAllStringSubmatch(m.EN, -1) {
			numbered := strings.Contains(m.EN, "%["+f[1]+"]")
			if n := int(f[1][0] - '0'); !numbered && (strings.Contains(m.EN, "%[") || n < 1 || n > len(verb.FindAllString(m.EN, -1))) {
				t.Errorf("%s: %s is about no argument", key, f[0])
			}
		}
		if forms.MatchString(m.ZH) {
			t.Errorf("%s: %+v", key, m)
		}
	}
	for want, args := range map[string][]any{
		"b.xlsx: 1 row, expect_rows says 5":  {"b.xlsx", int64(1), 5},
		"b.xlsx: 2 rows, expect_rows says 5": {"b.xlsx", int64(2), 5},
		"b.xlsx: 0 rows, expect_rows says 1": {"b.xlsx", int64(0), 1},
	} {
		if got := EN.T("ingest.refused.too_short", args...); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got, want := EN.T("freeze.warning.check", "c1", "1"), "the check c1 found 1 row"; got != want {
		t.Errorf("got %q, want %q", got, want)
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

func TestOfLocale(t *testing.T) {
	for locale, want := range map[string]Lang{"en_US.UTF-8": EN, "en": EN, "en_GB@euro": EN, "zh_CN.GB18030": ZH, "zh_TW": ZH} {
		if got, ok := OfLocale(locale); got != want || !ok {
			t.Errorf("%s: %s %v", locale, got, ok)
		}
	}
	for _, locale := range []string{"C", "C.UTF-8", "POSIX", "fr_FR.UTF-8", ""} {
		if got, ok := OfLocale(locale); got != ZH || ok {
			t.Errorf("%q: %s %v, want Chinese for want of better", locale, got, ok)
		}
	}
}

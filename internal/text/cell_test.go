package text

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "中国移动": "中国移动", "a=b": "a=b", "=1+1": "'=1+1", " @x": "' @x", "＝cmd": "'＝cmd", "\t=1": "'\t=1", `"=1`: `'"=1`, "'=1": "''=1", "-12.5": "'-12.5",
	} {
		if got := Cell(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestCell_reversible: taking off exactly one ' gives the text back, and what is left alone needs none.
func TestCell_reversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("=+-@＝ '\"\ta中1"))).Draw(t, "s")
		got := Cell(s)
		if got != s && strings.TrimPrefix(got, "'") != s {
			t.Fatalf("%q became %q", s, got)
		}
		if got == s && Cell(got) != got {
			t.Fatalf("%q is not stable", s)
		}
	})
}

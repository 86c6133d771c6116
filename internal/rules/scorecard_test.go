package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// allDimensions is a scorecard with a line for each dimension that a rulebook names.
const allDimensions = `
weights: [{of: scorecard, values: {A: 10, B: 10, C: 10, D: 10, E: 10, F: 10, G: 10, H: 10, I: 10, J: 10}}]
grades: [{of: scorecard, values: {A: 90, B: 0}}]
mappings:
  - {name: dimension, key: A, value: satisfaction}
  - {name: dimension, key: B, value: quality}
  - {name: dimension, key: C, value: response}
  - {name: dimension, key: D, value: resolution}
  - {name: dimension, key: E, value: retention}
  - {name: dimension, key: F, value: business}
  - {name: dimension, key: G, value: upgrade}
  - {name: dimension, key: H, value: results}
  - {name: dimension, key: I, value: attitude}
`

// TestCheckScorecards: each mistake beside the scorecard that has none.
func TestCheckScorecards(t *testing.T) {
	whole := allDimensions + "  - {name: dimension, key: J, value: knowledge}\n"
	for name, test := range map[string]struct {
		yaml string
		want []string // in the message; none: it is good
	}{
		"every dimension": {whole, nil},
		"a line without":  {allDimensions, []string{"a.yaml:2", "J has no dimension", "no line of the dimension knowledge, which S3"}},
		"only with weight 0": {strings.Replace(whole, "I: 10, J: 10", "I: 20, J: 0", 1),
			[]string{"no line of the dimension knowledge"}},
		"a dimension that ends": {allDimensions + "  - {name: dimension, key: J, value: knowledge, to: 2027-01-01}\n",
			[]string{"J has no dimension"}},
		"both ways":   {whole + "deductions: [{of: scorecard, values: {A: 5}}]\n", []string{"A both has a weight and takes off"}},
		"takes off":   {whole + "deductions: [{of: scorecard, values: {R: 5}}]\n", nil},
		"a cap":       {whole + "  - {name: grade_cap, key: R, value: B}\n", nil},
		"no such cap": {whole + "  - {name: grade_cap, key: R, value: E}\n", []string{"grade_cap is E; want one of A, B"}},
	} {
		b, err := New(File{Name: "a.yaml", Data: []byte(test.yaml)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		err = b.CheckScorecards()
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range test.want {
			if !strings.Contains(fault.Text(text.EN, err), want) {
				t.Errorf("%s: %s\nwant %q", name, fault.Text(text.EN, err), want)
			}
		}
	}
}

// TestCheckScorecards_role: a role's own scorecard is looked at by itself.
func TestCheckScorecards_role(t *testing.T) {
	b, err := New(File{Name: "a.yaml", Data: []byte(allDimensions + "  - {name: dimension, key: J, value: knowledge}\n")},
		File{Name: "b.yaml", Data: []byte("weights: [{of: scorecard.chief, values: {A: 100}}]")})
	if err != nil {
		t.Fatal(err)
	}
	if err = b.CheckScorecards(); err == nil || !strings.Contains(err.Error(), "b.yaml:1") {
		t.Errorf("nine dimensions are missing: %v", err)
	}
}

// TestCheckScorecards_proposed: the proposal has a line for each dimension, and what ships unset has nothing to check.
func TestCheckScorecards_proposed(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", "rules-proposed", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]File{nil, {{Name: "rules.yaml", Data: data}}} {
		b, err := New(files...)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.CheckScorecards(); err != nil {
			t.Error(err)
		}
		if _, ok := b.At(Cell{Section: Weights, Name: Scorecard}, Always()); ok != (files != nil) {
			t.Errorf("%d files: a scorecard is set: %v", len(files), ok)
		}
	}
}

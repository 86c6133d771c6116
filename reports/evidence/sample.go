package evidence

import (
	"fmt"

	"github.com/kamlens/kamlens/internal/kpi"
)

// sample writes what each stratum of a stratified sample adds: its size from its rows, the share that passed, and both multiplied.
func (s *lineSheet) sample() {
	s.words(s.name, at("A", rowStrata-1), s.t("sample"), look{bold: true})
	s.heads(s.name, rowStrata, []string{"A", "B", "C", "D", "E", "F"},
		[]string{"layer", "own_num", "own_den", "layer_size", "layer_rate", "layer_passed"})
	for i, name := range s.layers {
		r := s.firstMix + i
		s.words(s.name, at("A", r), name, look{box: true})
		for _, c := range [][2]string{{"B", "G"}, {"C", "H"}} {
			s.formula(s.name, at(c[0], r), fmt.Sprintf("SUMIFS(%s,%s,A%d)", s.span(c[1]), s.span("F"), r), look{box: true})
		}
		s.formula(s.name, at("D", r), fmt.Sprintf("SUMIFS(%[1]s,%[2]s,A%[3]d)/COUNTIF(%[2]s,A%[3]d)", s.span("I"), s.span("F"), r), look{box: true})
		s.formula(s.name, at("E", r), fmt.Sprintf("B%[1]d/C%[1]d", r), look{box: true, format: "0.0000%"})
		s.formula(s.name, at("F", r), fmt.Sprintf("D%[1]d*E%[1]d", r), look{box: true, format: "0.######"})
	}
}

// drawnFrom are the strata that the rows of a stratified sample were drawn from, in the order of the rows; none for other kinds,
// nor where nothing was drawn.
func (s *lineSheet) drawnFrom() (list []string) {
	seen := map[string]bool{}
	for _, x := range s.Rows {
		if name := s.layer(x); s.Def.IsStratified() && !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	return list
}

// layer names the stratum of a sample: one of a month and of a size, as the estimate takes them. It begins with a word, see mix.
func (s *lineSheet) layer(x kpi.Row) string {
	size := orNone("")
	if x.Value != nil {
		size = fmt.Sprint(*x.Value)
	}
	return s.t("layer", x.Category, x.AnchorOn[:min(len(x.AnchorOn), len("2026-10"))], size)
}

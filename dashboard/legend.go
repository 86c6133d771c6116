package dashboard

import (
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// legend explains the verdicts of a page that a reader may not know; what does not occur is not explained.
func legend(l text.Lang, cells ...cell) []string {
	var lines []string
	if slices.ContainsFunc(cells, func(c cell) bool { return c.Verdict == string(kpi.Undecided) }) {
		lines = append(lines, l.T("dashboard.verdict.legend"))
	}
	if slices.ContainsFunc(cells, func(c cell) bool { return c.Plain }) {
		lines = append(lines, l.T("dashboard.verdict.legend_plain"))
	}
	return lines
}

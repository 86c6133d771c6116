package evidence

import (
	"fmt"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// The rows of the steps on the sheet of a line, from the sums to the points: every sheet has the same.
const (
	rowNum = iota + 5
	rowDen
	rowN
	rowUnrounded
	rowDigits
	rowRaw
	rowCompanyNum
	rowCompanyDen
	rowOwnNum
	rowOwnDen
	rowExpected
	rowFactor
	rowComparable
	rowPriorMean
	rowPriorSize
	rowShrunk
	rowValue
	rowFloor
	rowTarget
	rowStretch
	rowCurveFloor
	rowCurveTarget
	rowCurveStretch
	rowPoints
	rowStrata = rowPoints + 3 // head of the table of strata
)

// lineSheet is the sheet of one line being written.
type lineSheet struct {
	*paper
	assess.Basis

	name                string
	firstRow, lastRow   int      // of the rows that count
	firstMix, lastMix   int      // of the strata
	layers              []string // of a stratified sample: its strata, in words
	adjusted, shrunk    bool
	recomputed, measure bool // raw is a formula; there is a value at all
}

// cell is a step of the line in a formula of another sheet.
func (s *lineSheet) cell(row int) string { return on(s.name, at("$B$", row)) }

// sheetName makes the name of a sheet: numbered, so that no two are equal, without what a name must not have.
func sheetName(n int, id string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, id)
	name := []rune(fmt.Sprintf("%d %s", n, clean))
	return string(name[:min(len(name), 31)])
}

// line writes the sheet of one line.
func (p *paper) line(n int, b assess.Basis) *lineSheet {
	s := &lineSheet{paper: p, Basis: b, name: sheetName(n, b.KPI), adjusted: b.Adjusted != nil, shrunk: b.Shrunk != nil, measure: b.Raw.Value != nil}
	_, err := p.file.NewSheet(s.name)
	p.check(err)
	s.firstMix = rowStrata + 1
	s.layers = s.drawnFrom()
	s.lastMix = s.firstMix + max(len(b.Strata), len(s.layers), 1) - 1
	s.firstRow = s.lastMix + 4
	s.lastRow = s.firstRow + max(len(b.Rows)+len(b.Ruled), 1) - 1
	p.widths(s.name, 38, 18, 18, 13, 14, 38, 11, 11, 13, 13, 14)
	p.merged(s.name, at("A", 1), at("K", 1), s.KPI+"　"+s.Def.Name(p.lang), look{size: 14, bold: true})
	formula := s.Def.FormulaEN
	if p.lang == text.ZH {
		formula = s.Def.FormulaZH
	}
	p.merged(s.name, at("A", 2), at("K", 2), p.t("formula", formula), look{wrap: true})
	p.check(p.file.SetRowHeight(s.name, 2, 45))
	p.heads(s.name, 4, []string{"A", "B", "C"}, []string{"step", "value", "how"})
	p.check(p.file.MergeCell(s.name, at("C", 4), at("K", 4)))
	p.style(s.name, at("C", 4), at("K", 4), look{head: true})
	s.sums()
	s.comparable()
	s.score()
	s.strata()
	s.rows()
	p.page(s.name, "landscape", "K", s.lastRow, 0)
	return s
}

// step writes the label of a step and how it comes about.
func (s *lineSheet) step(row int, key, how string) {
	s.words(s.name, at("A", row), s.t("step."+key), look{box: true})
	s.merged(s.name, at("C", row), at("K", row), how, look{box: true})
	s.style(s.name, at("B", row), at("B", row), look{box: true})
}

// calc writes a step that a formula computes; given one that is stated.
func (s *lineSheet) calc(row int, f, format string) {
	s.formula(s.name, at("B", row), f, look{box: true, format: format})
}

func (s *lineSheet) given(row int, v *float64, format string) {
	s.number(s.name, at("B", row), v, look{box: true, format: format, input: v != nil})
}

// span is a column of the rows that count.
func (s *lineSheet) span(col string) string {
	return fmt.Sprintf("$%s$%d:$%s$%d", col, s.firstRow, col, s.lastRow)
}

// mixSpan is a column of the strata.
func (s *lineSheet) mixSpan(col string) string {
	return fmt.Sprintf("$%s$%d:$%s$%d", col, s.firstMix, col, s.lastMix)
}

// format is how values of the measure are shown.
func (s *lineSheet) format() string {
	if s.Def.Unit == kpi.UnitShare {
		return "0.0000%"
	}
	return "0.######"
}

// sums are the steps from the rows to the value, to nine significant digits as everywhere.
func (s *lineSheet) sums() {
	s.step(rowNum, "num", s.t("how.num"))
	s.calc(rowNum, "SUM("+s.span("G")+")", "0")
	s.step(rowDen, "den", s.t("how.den"))
	s.calc(rowDen, "SUM("+s.span("H")+")", "0")
	s.step(rowN, "n", s.t("how.n"))
	if s.Def.Kind == "ratio" && len(s.Ruled) == 0 {
		s.calc(rowN, "B"+fmt.Sprint(rowDen), "0")
	} else {
		s.whole(s.name, at("B", rowN), &s.N, look{box: true, input: true})
	}
	f, how := s.raw()
	s.recomputed = f != "" && s.measure
	s.step(rowUnrounded, "unrounded", how)
	s.step(rowDigits, "digits", s.t("how.digits"))
	s.step(rowRaw, "raw", s.t("how.raw"))
	switch {
	case s.recomputed:
		s.calc(rowUnrounded, f, s.format())
		x := at("B", rowUnrounded)
		s.calc(rowDigits, fmt.Sprintf("8-INT(LOG10(ABS(%s)+(%s=0)))", x, x), "0")
		s.calc(rowRaw, fmt.Sprintf("ROUND(%s,%s)", x, at("B", rowDigits)), s.format())
	default:
		s.given(rowRaw, s.Raw.Value, s.format())
	}
}

// raw is the formula of the value by the kind of measure, and in words; "" for kinds whose value is no sum of rows.
func (s *lineSheet) raw() (formula, how string) {
	num, den := at("B", rowNum), at("B", rowDen)
	scale := fmt.Sprint(s.Def.Scale)
	switch s.Def.Kind {
	case "ratio", "sums", "mean", "cohort":
		return scale + "*" + num + "/" + den, s.t("how.ratio", scale)
	case "exposure":
		if s.Def.Exposure == "days" {
			return scale + "*" + num + "/SUM(" + s.span("J") + ")", s.t("how.exposure", scale)
		}
		return scale + "*" + num + "/" + den, s.t("how.ratio", scale)
	case "duration":
		return fmt.Sprintf("SMALL(%s,ROUNDUP(COUNT(%s)/2,0))", s.span("I"), s.span("I")), s.t("how.duration")
	case "count", "stock", "sum":
		return scale + "*" + num, s.t("how.sum", scale)
	}
	if len(s.layers) > 0 {
		return fmt.Sprintf("%s*SUMPRODUCT(%s,%s)/SUM(%s)", scale, s.mixSpan("D"), s.mixSpan("E"), s.mixSpan("D")), s.t("how.stratified", scale)
	}
	return "", s.t("how.given")
}

// comparable are the steps of the indirect standardisation: (O/E) times the company's rate, from 0 to 1.
func (s *lineSheet) comparable() {
	type calculation struct {
		row         int
		key, f, fmt string
	}
	for _, c := range []calculation{
		{rowCompanyNum, "company_num", "SUM(" + s.mixSpan("D") + ")", "0"},
		{rowCompanyDen, "company_den", "SUM(" + s.mixSpan("E") + ")", "0"},
		{rowOwnNum, "own_num", "SUM(" + s.mixSpan("B") + ")", "0"},
		{rowOwnDen, "own_den", "SUM(" + s.mixSpan("C") + ")", "0"},
		{rowExpected, "expected", "SUM(" + s.mixSpan("G") + ")", "0.######"},
		{rowFactor, "factor", fmt.Sprintf("(B%d/B%d)/(B%d/B%d)", rowCompanyNum, rowCompanyDen, rowExpected, rowOwnDen), "0.######"},
		{rowComparable, "comparable", fmt.Sprintf("MIN(1,MAX(0,B%d*B%d))", rowRaw, rowFactor), s.format()},
	} {
		s.step(c.row, c.key, s.t("how."+c.key))
		if s.adjusted {
			s.calc(c.row, c.f, c.fmt)
		}
	}
}

// score are the steps from the value to the points.
func (s *lineSheet) score() {
	s.step(rowPriorMean, "prior_mean", s.t("how.prior_mean"))
	s.step(rowPriorSize, "prior_size", s.t("how.prior_size"))
	s.step(rowShrunk, "shrunk", s.t("how.shrunk"))
	value := rowRaw
	if s.adjusted {
		value = rowComparable
	}
	if s.shrunk {
		s.given(rowPriorMean, s.PriorMean, s.format())
		if s.PriorSize != nil {
			s.given(rowPriorSize, s.PriorSize, "0.######")
			s.calc(rowShrunk, fmt.Sprintf("(B%d*B%d+B%d*B%d)/(B%d+B%d)", rowN, value, rowPriorSize, rowPriorMean, rowN, rowPriorSize), s.format())
		} else {
			s.words(s.name, at("B", rowPriorSize), "∞", look{box: true, align: "right", input: true})
			s.calc(rowShrunk, at("B", rowPriorMean), s.format())
		}
		value = rowShrunk
	}
	s.step(rowValue, "scored", s.t("how.scored"))
	if s.measure {
		s.calc(rowValue, at("B", value), s.format())
	}
	for _, g := range []struct {
		row int
		key string
		v   *float64
	}{{rowFloor, "floor", s.Floor}, {rowTarget, "target", s.Target}, {rowStretch, "stretch", s.Stretch}} {
		s.step(g.row, g.key, s.t("how.goal"))
		s.given(g.row, g.v, s.format())
	}
	s.step(rowCurveFloor, "curve_floor", s.t("how.curve"))
	s.step(rowCurveTarget, "curve_target", s.t("how.curve"))
	s.step(rowCurveStretch, "curve_stretch", s.t("how.curve"))
	s.step(rowPoints, "points", s.t("how.points"))
	if c := s.Curve; c != nil {
		s.whole(s.name, at("B", rowCurveFloor), &c.Floor, look{box: true, input: true})
		s.whole(s.name, at("B", rowCurveTarget), &c.Target, look{box: true, input: true})
		s.whole(s.name, at("B", rowCurveStretch), &c.Stretch, look{box: true, input: true})
	}
	if s.Points.Value != nil {
		s.calc(rowPoints, s.pointsFormula(), "0.######")
	}
}

// pointsFormula is straight lines from floor to target to stretch: what is reached of the way to the target, and of that beyond it.
func (s *lineSheet) pointsFormula() string {
	b := func(row int) string { return at("B", row) }
	way := func(from, to int) string {
		return fmt.Sprintf("MAX(0,MIN(1,(%s-%s)/(%s-%s)))", b(rowValue), b(from), b(to), b(from))
	}
	f := fmt.Sprintf("%s+%s*(%s-%s)", b(rowCurveFloor), way(rowFloor, rowTarget), b(rowCurveTarget), b(rowCurveFloor))
	if s.Stretch != nil && s.Target != nil && *s.Stretch != *s.Target {
		f += fmt.Sprintf("+%s*(%s-%s)", way(rowTarget, rowStretch), b(rowCurveStretch), b(rowCurveTarget))
	}
	return f
}

// strata writes what the manager and the company have of each mix, and the rate that is compared with.
func (s *lineSheet) strata() {
	if len(s.layers) > 0 {
		s.sample()
		return
	}
	s.words(s.name, at("A", rowStrata-1), s.t("strata"), look{bold: true})
	s.heads(s.name, rowStrata, []string{"A", "B", "C", "D", "E", "F", "G"},
		[]string{"stratum", "own_num", "own_den", "company_num", "company_den", "stratum_rate", "stratum_expected"})
	if !s.adjusted {
		s.words(s.name, at("A", s.firstMix), s.t("no_strata"), look{})
		return
	}
	for i, x := range s.Strata {
		r := s.firstMix + i
		num, den := x.Num, x.Den
		s.words(s.name, at("A", r), s.mix(x.Values), look{box: true})
		s.formula(s.name, at("B", r), fmt.Sprintf("SUMIFS(%s,%s,A%d)", s.span("G"), s.span("F"), r), look{box: true})
		s.formula(s.name, at("C", r), fmt.Sprintf("SUMIFS(%s,%s,A%d)", s.span("H"), s.span("F"), r), look{box: true})
		s.whole(s.name, at("D", r), &num, look{box: true, input: true})
		s.whole(s.name, at("E", r), &den, look{box: true, input: true})
		others := fmt.Sprintf("IF($B$%[3]d-$B$%[1]d>0,($B$%[4]d-$B$%[2]d)/($B$%[3]d-$B$%[1]d),$B$%[4]d/$B$%[3]d)", rowOwnDen, rowOwnNum, rowCompanyDen, rowCompanyNum)
		s.formula(s.name, at("F", r), fmt.Sprintf("IF(C%[1]d<=0,0,IF(C%[1]d<=0.2*E%[1]d,D%[1]d/E%[1]d,IF(E%[1]d-C%[1]d>0,(D%[1]d-B%[1]d)/(E%[1]d-C%[1]d),%[2]s)))", r, others),
			look{box: true, format: "0.0000%"})
		s.formula(s.name, at("G", r), fmt.Sprintf("C%[1]d*F%[1]d", r), look{box: true, format: "0.######"})
	}
}

// rows writes the rows that count, and the lines of upheld disputes below them.
func (s *lineSheet) rows() {
	cols := []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"}
	s.words(s.name, at("A", s.firstRow-2), s.t("rows", len(s.Rows), len(s.Ruled)), look{bold: true})
	s.heads(s.name, s.firstRow-1, cols, []string{"subject", "event_at", "reason", "anchor_on", "customer_id", "stratum", "num", "den", "duration", "months", "decision"})
	if s.Def.IsStratified() {
		s.heads(s.name, s.firstRow-1, []string{"F", "I"}, []string{"layer", "layer_size"})
	}
	r := s.firstRow
	s.style(s.name, at("A", r), at("K", s.lastRow), look{box: true})
	for _, x := range s.Rows {
		for i, v := range []string{x.SubjectID, x.EventAt, s.lateWords(x), x.AnchorOn, x.CustomerID, s.stratum(x)} {
			s.words(s.name, at(cols[i], r), v, look{box: true})
		}
		s.whole(s.name, at("G", r), x.Num, look{box: true})
		s.whole(s.name, at("H", r), x.Den, look{box: true})
		s.whole(s.name, at("I", r), x.Value, look{box: true})
		if days := daysOfMonth(x.AnchorOn); s.Def.Exposure == "days" && x.Den != nil && days > 0 {
			s.formula(s.name, at("J", r), fmt.Sprintf("H%d/%d", r, days), look{box: true, format: "0.######"})
		}
		r++
	}
	for _, x := range s.Ruled {
		s.words(s.name, at("A", r), x.SubjectID, look{box: true})
		s.words(s.name, at("C", r), x.Reason, look{box: true})
		s.whole(s.name, at("G", r), x.Num, look{box: true})
		s.whole(s.name, at("H", r), x.Den, look{box: true})
		s.words(s.name, at("K", r), x.Decision, look{box: true})
		r++
	}
}

// daysOfMonth is how long the month of a day is; 0 where that is no day.
func daysOfMonth(day string) int {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return t.AddDate(0, 1, -t.Day()).Day()
}

// stratum names that of a row where the line is compared on a mix.
func (s *lineSheet) stratum(x kpi.Row) string {
	if s.Def.IsStratified() {
		return s.layer(x)
	}
	if len(s.Def.Adjust) == 0 {
		return ""
	}
	return s.mix(s.StratumOf(x))
}

// mix names a stratum in words. The formulas look rows up by it: it begins with a word, which no spreadsheet takes for a number
// or a comparison.
func (s *lineSheet) mix(values []string) string {
	var list []string
	for i, v := range values {
		dim := kpi.Dim(s.Def.Adjust[i])
		list = append(list, s.lang.T("kpi.dim."+string(dim))+" "+kpi.Label(s.lang, dim, v, ""))
	}
	return strings.Join(list, " · ")
}

func (s *lineSheet) lateWords(x kpi.Row) string {
	if x.LateFrom == "" {
		return ""
	}
	return s.t("late", x.LateFrom)
}

package evidence

import (
	"fmt"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/kpi"
)

// The head of the table of lines, and its columns. The last three are helpers outside of the printed page: what a line's
// group of dimensions weighs, what of that has a result, and what counts for the others.
const (
	rowLines  = 6
	colWeight = "D"
	colResult = "E"
	colPoints = "M"
	colUsed   = "O"
	colEarned = "P"
	colNote   = "Q"
	lastCol   = "Q"
	colGroup  = "S"
	colAll    = "T"
	colScored = "U"
	colLeft   = "V"
)

// mainSheet writes the sheet that is signed.
func (b *workbook) mainSheet() {
	b.widths(b.main, 11, 22, 12, 7, 7, 7, 11, 16, 11, 11, 26, 9, 9, 13, 9, 11, 32, 3, 12, 12, 12, 12)
	b.merged(b.main, at("A", 1), lastCol+"1", b.t("title"), look{size: 18, bold: true, align: "center"})
	b.check(b.file.SetRowHeight(b.main, 1, 32))
	b.merged(b.main, at("A", 2), lastCol+"2", b.t("person", b.Sheet.ManagerName, b.Sheet.ManagerID, b.Period, orNone(b.Sheet.Team),
		b.lang.Name("evidence.role.", b.Sheet.Role), b.lang.Name("rules.name.", b.Sheet.Scorecard)), look{align: "center"})
	b.merged(b.main, at("A", 3), lastCol+"3", b.t("stamp", b.Snapshot, b.AsOf, b.o.Hash), look{size: 9, align: "center"})
	state := b.t("not_signed")
	if b.o.Signed {
		state = b.t("signed")
	}
	b.merged(b.main, at("A", 4), lastCol+"4", state, look{size: 9, align: "center", bold: b.o.Signed})
	b.lineTable()
	b.deductionTable()
	b.result()
	b.stepTable()
	b.signatures()
	b.page(b.main, "landscape", lastCol, b.row, 1)
}

// lineRow is the row of a line of the table, from 0.
func lineRow(i int) int { return rowLines + 1 + i }

// spanOf is a column of the lines.
func (b *workbook) spanOf(col string) string {
	return fmt.Sprintf("$%s$%d:$%s$%d", col, rowLines+1, col, rowLines+max(len(b.lines), 1))
}

// lineTable writes a row a line: what its own sheet computes, what it weighs and what it earns.
func (b *workbook) lineTable() {
	b.heads(b.main, rowLines, []string{"A", "B", "C", colWeight, colResult, "F", "G", "H", "I", "J", "K", "L", colPoints, "N", colUsed, colEarned, colNote},
		[]string{"kpi", "name", "dimension", "weight", "result", "n", "raw", "interval", "comparable", "shrunk", "goal", "unit", "points", "points_interval", "weight_used", "earned", "note"})
	b.heads(b.main, rowLines, []string{colGroup, colAll, colScored, colLeft}, []string{"group", "group_all", "group_scored", "group_left"})
	b.check(b.file.SetRowHeight(b.main, rowLines, 30))
	for i, s := range b.lines {
		b.lineOf(lineRow(i), s)
	}
	b.row = rowLines + max(len(b.lines), 1) + 1
}

// lineOf writes one row of the table of lines.
func (b *workbook) lineOf(r int, s *lineSheet) {
	box := look{box: true}
	b.check(b.file.SetRowHeight(b.main, r, 18))
	dimension := ""
	if s.Dimension != "" {
		dimension = b.lang.T("rules.dimension." + s.Dimension)
	}
	b.words(b.main, at("A", r), s.KPI, box)
	b.check(b.file.SetCellHyperLink(b.main, at("A", r), on(s.name, at("A", 1)), "Location"))
	b.words(b.main, at("B", r), s.Def.Name(b.lang), look{box: true, wrap: true})
	b.words(b.main, at("C", r), dimension, box)
	weight, result := s.Weight, int64(0)
	if s.Status == assess.LineScored {
		result = 1
	}
	b.whole(b.main, at(colWeight, r), &weight, look{box: true, input: true})
	b.whole(b.main, at(colResult, r), &result, look{box: true, input: true})
	b.refer(at("F", r), s, rowN, true, "0")
	b.refer(at("G", r), s, rowRaw, s.measure, s.shown())
	b.interval(at("H", r), s.Def, s.Raw)
	b.refer(at("I", r), s, rowComparable, s.adjusted, s.shown())
	b.refer(at("J", r), s, rowShrunk, s.shrunk, s.shown())
	b.words(b.main, at("K", r), b.goal(s), look{box: true, align: "center"})
	b.words(b.main, at("L", r), kpi.UnitName(b.lang, s.Def), box)
	b.interval(at("N", r), assess.PointUnit(), s.Points)
	b.refer(at(colPoints, r), s, rowPoints, s.Points.Value != nil, "0.00")
	used := fmt.Sprintf("IF(%[1]s%[2]d=1,%[3]s%[2]d*%[4]s%[2]d/%[5]s%[2]d*100/SUM(%[6]s),0)", colResult, r, colWeight, colAll, colScored, b.spanOf(colLeft))
	b.formula(b.main, at(colUsed, r), used, share())
	b.formula(b.main, at(colEarned, r), fmt.Sprintf("%s%d*N(%s%d)/100", colUsed, r, colPoints, r), share())
	b.words(b.main, at(colNote, r), noteOf(b.lang, s.Status), look{box: true, wrap: true})
	b.words(b.main, at(colGroup, r), orNone(b.lang.Name("rules.dimension.", s.Group)), box)
	b.formula(b.main, at(colAll, r), fmt.Sprintf("SUMIFS(%s,%s,%s%d)", b.spanOf(colWeight), b.spanOf(colGroup), colGroup, r), box)
	b.formula(b.main, at(colScored, r), fmt.Sprintf("SUMIFS(%s,%s,%s%d,%s,1)", b.spanOf(colWeight), b.spanOf(colGroup), colGroup, r, b.spanOf(colResult)), box)
	b.formula(b.main, at(colLeft, r), fmt.Sprintf("IF(%s%d>0,%s%d,0)", colScored, r, colWeight, r), box)
}

// shown is how values are printed on the page that is signed; their own sheet has all digits.
func (s *lineSheet) shown() string {
	if s.Def.Unit == kpi.UnitShare {
		return "0.00%"
	}
	return "0.00"
}

// refer writes what a step of a line's sheet says, where it says something.
func (b *workbook) refer(cell string, s *lineSheet, row int, there bool, format string) {
	l := look{box: true, format: format}
	if !there {
		b.words(b.main, cell, orNone(""), look{box: true, align: "center"})
		return
	}
	b.formula(b.main, cell, s.cell(row), l)
}

// goal prints floor, target and stretch as people write them.
func (b *workbook) goal(s *lineSheet) string {
	return fmt.Sprintf("%s / %s / %s", kpi.Format(b.lang, s.Def, s.Floor), kpi.Format(b.lang, s.Def, s.Target), kpi.Format(b.lang, s.Def, s.Stretch))
}

// interval writes the 95 % interval of a figure, which is given: it does not follow from sums of rows.
func (b *workbook) interval(cell string, def kpi.Definition, f assess.Figure) {
	b.words(b.main, cell, kpi.FormatInterval(b.lang, def, f.Value, f.Low, f.High, nil), look{box: true, align: "center", input: f.Low != nil})
}

// deductionTable writes what only takes points off: by the event for counts, else by what the points lack of those at the target.
func (b *workbook) deductionTable() {
	if len(b.deductions) == 0 {
		return
	}
	b.row++
	b.heads(b.main, b.row, []string{"A", "B", colWeight, "G", colPoints, colEarned, colNote}, []string{"deduction", "name", "off_each", "raw", "points", "off", "note"})
	b.firstOff = b.row + 1
	for i, s := range b.deductions {
		b.row++
		d := b.Sheet.Deductions[i]
		each := d.Points
		b.words(b.main, at("A", b.row), s.KPI, look{box: true})
		b.words(b.main, at("B", b.row), s.Def.Name(b.lang), look{box: true})
		b.whole(b.main, at(colWeight, b.row), &each, look{box: true, input: true})
		b.refer(at("G", b.row), s, rowRaw, s.measure, s.shown())
		b.refer(at(colPoints, b.row), s, rowPoints, s.Points.Value != nil && !s.Def.IsCount(), "0.00")
		f := "0"
		switch {
		case s.Def.IsCount() && s.measure && d.Status == assess.LineScored:
			f = fmt.Sprintf("%s%d*G%d", colWeight, b.row, b.row)
		case !s.Def.IsCount() && s.Points.Value != nil && s.Curve.Target > 0:
			f = fmt.Sprintf("%s%d*(1-MIN(1,%s%d/%s))", colWeight, b.row, colPoints, b.row, s.cell(rowCurveTarget))
		}
		b.formula(b.main, at(colEarned, b.row), f, share())
		b.words(b.main, at(colNote, b.row), noteOf(b.lang, d.Status), look{box: true})
	}
	b.row++
}

// result writes the total, what it needs for a grade, the grade and the coefficient.
func (b *workbook) result() {
	label := func(key string) {
		b.row++
		b.merged(b.main, at("A", b.row), at(colUsed, b.row), b.t("result."+key), look{box: true, align: "right"})
		b.merged(b.main, at(colNote, b.row), at(lastCol, b.row), b.t("result_how."+key), look{box: true, size: 8, wrap: true})
	}
	put := func(f, format string, bold bool) {
		b.formula(b.main, at(colEarned, b.row), f, look{box: true, format: format, bold: bold, align: "right"})
	}
	label("earned")
	put("SUM("+b.spanOf(colEarned)+")", "0.00", false)
	earned := b.row
	label("deducted")
	off := "0"
	if n := len(b.deductions); n > 0 && b.Most != nil {
		off = fmt.Sprintf("MIN(%s,SUM(%s%d:%s%d))", on(b.rules, at("B", rowMost)), colEarned, b.firstOff, colEarned, b.firstOff+n-1)
	}
	put(off, "0.00", false)
	label("total")
	b.total = b.row
	total := fmt.Sprintf("IF(SUM(%s)=0,\"\",MAX(0,ROUND(%s%d-%s%d,9)))", b.spanOf(colResult), colEarned, earned, colEarned, earned+1)
	put(total, "0.00", true)
	label("kept")
	put(fmt.Sprintf("100*SUMIFS(%s,%s,1)/SUM(%s)", b.spanOf(colWeight), b.spanOf(colResult), b.spanOf(colWeight)), "0.00", false)
	label("present")
	put(fmt.Sprintf("100*%d/%d", b.Sheet.PresentDays, max(b.Sheet.WorkDays, 1)), "0.00", false)
	label("grade")
	b.grade = b.row
	if b.Sheet.State == assess.Scored {
		put(b.gradeFormula(), "", true)
	} else {
		b.words(b.main, at(colEarned, b.row), orNone(""), look{box: true, align: "right"})
		b.words(b.main, at(colNote, b.row), b.o.State, look{box: true, wrap: true})
	}
	label("coefficient")
	if len(b.Grades) > 0 {
		put(b.coefficientFormula(), "", false)
	}
	label("interval")
	b.check(b.file.SetRowHeight(b.main, b.row, 24))
	b.interval(at(colEarned, b.row), assess.PointUnit(), b.Sheet.Total)
	label("rank")
	rank := ""
	if b.Sheet.Rank > 0 {
		rank = fmt.Sprintf("%d/%d", b.Sheet.Rank, b.Sheet.Peers)
	}
	b.words(b.main, at(colEarned, b.row), orNone(rank), look{box: true, align: "center", input: rank != ""})
	if tied := b.Sheet.Tied(b.lang); tied != "" {
		b.words(b.main, at(colNote, b.row), tied, look{box: true, size: 8, wrap: true})
	}
}

// coefficientFormula is the coefficient of the grade; none where the grade has none.
func (b *workbook) coefficientFormula() string {
	return fmt.Sprintf("IFERROR(INDEX(%s,MATCH(%s%d,%s,0)),\"\")", b.gradeSpan("C"), colEarned, b.grade, b.gradeSpan("A"))
}

// gradeFormula is the first grade from whose points the total is, or the one that a cap leaves; none on too little weight or
// too few days.
func (b *workbook) gradeFormula() string {
	total := at(colEarned, b.total)
	place := fmt.Sprintf("MIN(%d,COUNTIF(%s,\">\"&%s)+1)", len(b.Grades), b.gradeSpan("B"), total)
	if b.capIndex != "" {
		place = fmt.Sprintf("MAX(%s,%s)", place, b.capIndex)
	}
	kept, present := at(colEarned, b.total+1), at(colEarned, b.total+2)
	return fmt.Sprintf("IF(AND(%s>=%s-0.000000001,%s>=%s-0.000000001),INDEX(%s,%s),\"\")", kept, on(b.rules, at("B", rowMinWeight)), present,
		on(b.rules, at("B", rowMinExposure)), b.gradeSpan("A"), place)
}

// stepTable writes what was decided about the sheet.
func (b *workbook) stepTable() {
	b.row++
	for i, s := range b.o.Steps {
		b.row++
		if i == 0 {
			b.heads(b.main, b.row, []string{"A", "B", "C", "G", "K"}, []string{"decision", "what", "by", "when", "reason"})
			b.row++
		}
		b.words(b.main, at("A", b.row), s.Decision, look{box: true})
		b.words(b.main, at("B", b.row), s.What, look{box: true})
		b.merged(b.main, at("C", b.row), at("F", b.row), s.By, look{box: true})
		b.merged(b.main, at("G", b.row), at("J", b.row), s.At, look{box: true})
		b.merged(b.main, at("K", b.row), at(lastCol, b.row), s.Reason, look{box: true})
	}
	if len(b.o.Steps) > 0 {
		b.row++
	}
}

// signatures writes the three blocks to sign in, beside the code.
func (b *workbook) signatures() {
	b.row++
	b.codeRow = b.row
	b.qrCode(at(colEarned, b.row))
	first := b.row
	for _, who := range []string{"reports.sign.assessed", "reports.sign.supervisor", "reports.sign.hr"} {
		b.check(b.file.SetRowHeight(b.main, b.row, 30))
		b.merged(b.main, at("A", b.row), at("B", b.row), b.lang.T(who), look{bold: true})
		b.merged(b.main, at("C", b.row), at("G", b.row), "", look{under: true})
		b.words(b.main, at("J", b.row), b.lang.T("reports.sign.date"), look{align: "right"})
		b.merged(b.main, at("K", b.row), at("M", b.row), "", look{under: true})
		b.row++
	}
	b.merged(b.main, at("A", b.row), at("M", b.row), b.t("legal"), look{size: 8, wrap: true})
	b.check(b.file.SetRowHeight(b.main, b.row, 24))
	b.row = max(b.row, first+4) + 1
}

func orNone(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

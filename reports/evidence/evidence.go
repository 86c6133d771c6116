// Package evidence writes the workbook from which one sheet of the assessment can be worked out again without kamlens: every
// rate, points, weight, deduction, total and grade is a live formula over the rows beside it.
//
// It promises: what is computed is a formula; what is stated (the rules, the goals, what the company has) is marked by its
// colour. It decides nothing and asks nobody: [assess.Gather] has all of it.
package evidence

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Step is one decision about the sheet, as it is printed.
type Step struct{ Decision, What, By, At, Reason string }

// Options are what the workbook says beside the evidence.
type Options struct {
	Lang   text.Lang
	Hash   string // SHA-256 of the sheet as it is kept
	Signed bool   // this very sheet was signed
	Steps  []Step
	State  string // of a sheet without a grade: why, in words
}

// Write writes the workbook of e.
func Write(w io.Writer, e assess.Evidence, o Options) error {
	b := build(e, o)
	if b.err == nil {
		b.check(b.file.Write(w))
	}
	b.check(b.file.Close())
	if b.err != nil {
		return fmt.Errorf("evidence of %s: %w", e.Sheet.ManagerID, b.err)
	}
	return nil
}

// workbook is the evidence being written.
type workbook struct {
	*paper
	assess.Evidence

	o          Options
	main       string // the name of the first sheet
	rules      string // that of the second
	lines      []*lineSheet
	deductions []*lineSheet
	caps       []*lineSheet
	row        int // the next free row of the first sheet
	firstOff   int // the row of the first deduction
	total      int // the row of the total, and those below
	grade      int
	codeRow    int    // the row of the code
	capIndex   string // span of the places of the grades that caps leave; "" where there is no cap
}

func build(e assess.Evidence, o Options) *workbook {
	main := o.Lang.T("evidence.sheet.main")
	b := &workbook{paper: newPaper(o.Lang, main), Evidence: e, o: o, main: main, rules: o.Lang.T("evidence.sheet.rules")}
	_, err := b.file.NewSheet(b.rules)
	b.check(err)
	n := 0
	sheetOf := func(x assess.Basis) *lineSheet {
		n++
		return b.line(n, x)
	}
	for _, x := range e.Lines {
		b.lines = append(b.lines, sheetOf(x))
	}
	for _, x := range e.Deductions {
		b.deductions = append(b.deductions, sheetOf(x))
	}
	for _, x := range e.Caps {
		b.caps = append(b.caps, sheetOf(x.Basis))
	}
	b.rulesSheet()
	b.mainSheet()
	b.check(b.file.SetDocProps(&excelize.DocProperties{Title: b.t("title") + " " + e.Period + " " + e.Sheet.ManagerID, Creator: "kamlens", Language: string(o.Lang)}))
	return b
}

// The rows of the sheet of rules.
const (
	rowMost = iota + 4
	rowMinWeight
	rowMinExposure
	rowGrades = rowMinExposure + 3 // the first grade
)

// rulesSheet writes grades, coefficients, caps and limits.
func (b *workbook) rulesSheet() {
	b.widths(b.rules, 34, 14, 14, 30)
	b.merged(b.rules, at("A", 1), at("D", 1), b.t("sheet.rules"), look{size: 14, bold: true})
	b.merged(b.rules, at("A", 2), at("D", 2), b.t("rules_hash", b.Rules), look{})
	for _, x := range []struct {
		row int
		key string
		v   *int64
	}{{rowMost, "most", b.Most}, {rowMinWeight, "min_weight", b.MinWeight}, {rowMinExposure, "min_exposure", b.MinExposure}} {
		b.words(b.rules, at("A", x.row), b.t("rule."+x.key), look{box: true})
		b.whole(b.rules, at("B", x.row), x.v, look{box: true, input: true})
	}
	b.heads(b.rules, rowGrades-1, []string{"A", "B", "C"}, []string{"grade", "from", "coefficient"})
	for i, g := range b.Grades {
		from := g.Value
		b.words(b.rules, at("A", rowGrades+i), g.Item, look{box: true, input: true})
		b.whole(b.rules, at("B", rowGrades+i), &from, look{box: true, input: true})
		b.words(b.rules, at("C", rowGrades+i), orNone(""), look{box: true, input: true, align: "right"}) // unset is no 0
		for _, c := range b.Coefficients {
			if c.Item == g.Item {
				b.whole(b.rules, at("C", rowGrades+i), &c.Value, look{box: true, input: true})
			}
		}
	}
	last := rowGrades + max(len(b.Grades), 1) - 1
	if len(b.Caps) > 0 {
		last = b.capRows(last + 3)
	}
	b.page(b.rules, "portrait", "D", last, 1)
}

// capRows writes the measures of which any event caps the grade, and which place of the grades they leave; 0 where there is none.
func (b *workbook) capRows(row int) (last int) {
	b.heads(b.rules, row-1, []string{"A", "B", "C", "D"}, []string{"cap", "cap_events", "cap_grade", "cap_place"})
	first := row
	for i, c := range b.Caps {
		b.words(b.rules, at("A", row), c.KPI+" "+c.Def.Name(b.lang), look{box: true})
		b.style(b.rules, at("B", row), at("B", row), look{box: true})
		if c.Raw.Value != nil {
			b.formula(b.rules, at("B", row), b.caps[i].cell(rowRaw), look{box: true})
		}
		b.words(b.rules, at("C", row), c.Grade, look{box: true, input: true})
		b.formula(b.rules, at("D", row), fmt.Sprintf("IF(N(B%d)>0,MATCH(C%d,%s,0),0)", row, row, b.gradeSpan("A")), look{box: true})
		row++
	}
	b.capIndex = on(b.rules, fmt.Sprintf("$D$%d:$D$%d", first, row-1))
	return row - 1
}

func (b *workbook) gradeSpan(col string) string {
	return on(b.rules, fmt.Sprintf("$%s$%d:$%s$%d", col, rowGrades, col, rowGrades+len(b.Grades)-1))
}

// qrCode puts period, snapshot and hash on the first sheet, to be read by a camera.
func (b *workbook) qrCode(cell string) {
	said := strings.Join([]string{"kamlens assess", "period=" + b.Period, "manager=" + b.Sheet.ManagerID, "snapshot=" + b.Snapshot, "sha256=" + b.o.Hash}, "\n")
	code, err := qr.Encode(said, qr.M, qr.Auto)
	b.check(err)
	if err != nil {
		return
	}
	const side = 132 // pixels
	scaled, err := barcode.Scale(code, side, side)
	b.check(err)
	if err != nil {
		return
	}
	var picture bytes.Buffer
	b.check(png.Encode(&picture, scaled))
	b.check(b.file.AddPictureFromBytes(b.main, cell, &excelize.Picture{Extension: ".png", File: picture.Bytes(),
		Format: &excelize.GraphicOptions{AltText: said, Positioning: "oneCell"}}))
}

// share writes a percentage from 0 to 100 as spreadsheets show it.
func share() look { return look{box: true, format: "0.00"} }

// noteOf says why a line has no points, in words.
func noteOf(l text.Lang, status string) string {
	if status == assess.LineScored {
		return ""
	}
	if key := "assess.status." + status; text.Has(key) {
		return l.T(key)
	}
	return kpi.StatusName(l, kpi.Status(status))
}

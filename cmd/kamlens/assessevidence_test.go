package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/assess"
)

// TestEvidence: what the workbook of each account manager computes from the rows in it is what assess says, to nine digits: every
// raw, comparable and shrunk value, every points, weight and earning, the total, the grade and the coefficient.
func TestEvidence(t *testing.T) {
	dir := t.TempDir()
	conf := filepath.Join(dir, "kamlens.yaml")
	kamlens(t, "generate", "--out", dir, "--customers", "260", "--months", "6", "--until", "2026-10", "--seed", "11")
	kamlens(t, "-c", conf, "run")
	token := filepath.Join(dir, "token")
	keep := func(out string) {
		if err := os.WriteFile(token, []byte(out), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keep(kamlens(t, "-c", conf, "user", "add", "root", "--name", "root", "--role", "admin"))
	keep(kamlens(t, "-c", conf, "user", "add", "hr", "--name", "hr", "--role", "hr", "--as", "root", "--token-file", token))
	var r assess.Report
	if err := json.Unmarshal([]byte(kamlens(t, "-c", conf, "assess", "--period", "2026-Q3", "--format", "json")), &r); err != nil {
		t.Fatal(err)
	}
	seen := tally{}
	for _, s := range r.Sheets {
		path := filepath.Join(dir, s.ManagerID+".xlsx")
		kamlens(t, "-c", conf, "--lang", "en", "assess", "evidence", "--period", "2026-Q3", "--manager", s.ManagerID, "-o", path, "--as", "hr", "--token-file", token)
		seen.workbook(t, path, s)
	}
	if seen.numbers < 500 || seen.adjusted < 20 || seen.shrunk < 20 || seen.grades < 3 {
		t.Errorf("too little was compared: %+v", seen)
	}
}

// tally counts what was compared.
type tally struct{ numbers, adjusted, shrunk, grades int }

// workbook compares one workbook with a sheet.
func (c *tally) workbook(t *testing.T, path string, s assess.Sheet) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	const sheet, firstLine = "Assessment", 7
	text := func(cell string) string {
		v, err := f.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Errorf("%s %s: %v", s.ManagerID, cell, err)
		}
		return v
	}
	number := func(what, cell string, want *float64) {
		got := text(cell)
		if want == nil {
			if got != "" && got != "—" {
				t.Errorf("%s %s %s: %q, want nothing", s.ManagerID, what, cell, got)
			}
			return
		}
		c.numbers++
		if v, err := strconv.ParseFloat(got, 64); err != nil || math.Abs(v-*want) > 1e-9*math.Max(1, math.Abs(*want)) {
			t.Errorf("%s %s %s: %q, want %v", s.ManagerID, what, cell, got, *want)
		}
	}
	for i, l := range s.Lines {
		at := func(col string) string { return fmt.Sprintf("%s%d", col, firstLine+i) }
		number(l.KPI+" raw", at("G"), l.Raw.Value)
		number(l.KPI+" comparable", at("I"), orNoFigure(l.Adjusted).Value)
		number(l.KPI+" shrunk", at("J"), orNoFigure(l.Shrunk).Value)
		number(l.KPI+" points", at("M"), l.Points.Value)
		number(l.KPI+" weight", at("O"), &l.Used)
		if l.Earned != nil {
			number(l.KPI+" earned", at("P"), l.Earned)
		}
		if l.Adjusted != nil {
			c.adjusted++
		}
		if l.Shrunk != nil {
			c.shrunk++
		}
	}
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		at := fmt.Sprintf("P%d", i+1)
		switch {
		case len(row) == 0 || i+1 < firstLine+len(s.Lines):
		case row[0] == "Total":
			number("total", at, s.Total.Value)
		case row[0] == "Deducted":
			number("deducted", at, &s.Deducted)
		case row[0] == "Weight with a result (%)":
			number("kept", at, &s.WeightKept)
		case row[0] == "Grade" && s.Grade != "":
			c.grades++
			if got := text(at); got != s.Grade {
				t.Errorf("%s: grade %q, want %s", s.ManagerID, got, s.Grade)
			}
		case row[0] == "Coefficient (%)" && s.Coefficient != nil:
			whole := float64(*s.Coefficient)
			number("coefficient", at, &whole)
		}
	}
}

package evidence

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/assess"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

func ptr[T any](v T) *T { return &v }

// share is rows of yes and no of one kind: k of n.
func answers(kind string, k, n int64) (rows []kpi.Row) {
	for i := range n {
		num := int64(0)
		if i < k {
			num = 1
		}
		rows = append(rows, kpi.Row{SubjectID: kind + strconv.FormatInt(i, 10), Kind: kind, AnchorOn: "2026-10-09", Num: ptr(num), Den: ptr(int64(1))})
	}
	return rows
}

// sampled is 3 of 4 samples of a stratum of 200, 1 of 2 of one of 100, and the only one of the first stratum of another month, of
// 100: (200·.75 + 100·.5 + 100·1)/400 = .75, where 5 of 7 is .714.
func sampled() assess.Basis {
	b := assess.Basis{Def: kpi.Definition{ID: "S", NameZH: "抽查", NameEN: "Audits", Kind: "stratified", Unit: "share", Scale: 1},
		Line: assess.Line{KPI: "S", Group: "s", N: 7, Raw: assess.Figure{Value: ptr(.75)}, Status: "no_target"}}
	for i, x := range []struct {
		layer, on    string
		size, passed int64
	}{{"gold", "2026-10-09", 200, 1}, {"gold", "2026-10-10", 200, 0}, {"silver", "2026-10-09", 100, 1}, {"gold", "2026-10-11", 200, 1},
		{"gold", "2026-11-02", 100, 1}, {"gold", "2026-10-12", 200, 1}, {"silver", "2026-10-13", 100, 0}} {
		b.Rows = append(b.Rows, kpi.Row{SubjectID: "s" + strconv.Itoa(i), Category: x.layer, AnchorOn: x.on, Num: ptr(x.passed), Den: ptr(int64(1)), Value: ptr(x.size)})
	}
	return b
}

// worked is a sheet that can be worked out by hand. A: 3 of 4 faults and 6 of 6 queries, where the company has 40 of 80 and 90 of
// 100: E = 4·.5 + 6·.9 = 7.4, (130/180)/(7.4/10) = .975975976, comparable .9·that = .878378378, shrunk with p0 = .8 and
// M = 10 (8.78378378+8)/20 = .839189189, points (.839189189-.7)/.2·100 = 69.5945946. B: the second of 10, 20, 30, 40 is at the target: 100
// points. C has no result and gives its 10 to B, so the total is .6·69.5945946 + .4·100 = 81.7567568, less 3: two events take 5 points each, and
// 3 are the most.
func worked() assess.Evidence {
	curve := &assess.Curve{Floor: 0, Target: 100, Stretch: 120}
	point := assess.Figure{Value: ptr(1.0)} // that there are points; how many the workbook says
	a := assess.Basis{Def: kpi.Definition{ID: "A", NameZH: "满意", NameEN: "Happy", Kind: "ratio", Unit: "share", Scale: 1, Adjust: []string{"kind"}},
		Line: assess.Line{KPI: "A", Group: "a", Weight: 60, N: 10, Raw: assess.Figure{Value: ptr(.9)}, Adjusted: &point, Shrunk: &point, PriorMean: ptr(.8),
			PriorSize: ptr(10.0), Goal: assess.Goal{Floor: ptr(.7), Target: ptr(.9), Stretch: ptr(.95)}, Curve: curve, Points: point, Status: assess.LineScored},
		Rows:   append(answers("fault", 3, 4), answers("query", 6, 6)...),
		Strata: []assess.Stratum{{Values: []string{"fault"}, Num: 40, Den: 80}, {Values: []string{"query"}, Num: 90, Den: 100}}}
	b := assess.Basis{Def: kpi.Definition{ID: "B.x", NameZH: "时长", NameEN: "Time", Kind: "duration", Unit: "seconds", Scale: 1, Direction: "down"},
		Line: assess.Line{KPI: "B.x", Group: "b", Weight: 30, N: 4, Raw: assess.Figure{Value: ptr(20.0)}, Goal: assess.Goal{Floor: ptr(40.0), Target: ptr(20.0), Stretch: ptr(10.0)},
			Curve: curve, Points: point, Status: assess.LineScored}}
	for i, v := range []int64{30, 10, 40, 20} {
		b.Rows = append(b.Rows, kpi.Row{SubjectID: "=b" + strconv.Itoa(i), Value: ptr(v)})
	}
	c := assess.Basis{Def: kpi.Definition{ID: "C", Kind: "ratio", Unit: "share", Scale: 1}, Line: assess.Line{KPI: "C", Group: "b", Weight: 10, Status: "small_sample"}}
	r := assess.Basis{Def: kpi.Definition{ID: "R", NameZH: "违规", NameEN: "Breach", Kind: "count", Unit: "count", Scale: 1, Direction: "down"},
		Line: assess.Line{KPI: "R", N: 2, Raw: assess.Figure{Value: ptr(2.0)}, Status: assess.LineScored}}
	for _, id := range []string{"r1", "r2"} {
		r.Rows = append(r.Rows, kpi.Row{SubjectID: id, Num: ptr(int64(1)), Den: ptr(int64(1))})
	}
	capped := assess.Basis{Def: kpi.Definition{ID: "Z", Kind: "count", Unit: "count", Scale: 1}, Line: assess.Line{KPI: "Z", Raw: assess.Figure{Value: ptr(0.0)}}}
	return assess.Evidence{Kept: assess.Kept{Period: "2026-10", Snapshot: "s1", AsOf: "2026-11-01 00:00:00", Rules: "ab",
		Sheet: assess.Sheet{ManagerID: "M1", ManagerName: "马", Role: "manager", Scorecard: "scorecard", WorkDays: 18, PresentDays: 18, State: assess.Scored,
			Deductions: []assess.Deduction{{KPI: "R", Points: 5, Status: assess.LineScored}}}},
		Lines: []assess.Basis{a, b, c, sampled()}, Deductions: []assess.Basis{r}, Caps: []assess.Cap{{Basis: capped, Grade: "D"}},
		Grades:       []kpi.RuleLine{{Item: "A", Value: 90}, {Item: "B", Value: 80}, {Item: "C", Value: 70}, {Item: "D", Value: 0}},
		Coefficients: []kpi.RuleLine{{Item: "A", Value: 120}, {Item: "C", Value: 90}, {Item: "D", Value: 70}}, Most: ptr(int64(3)), MinWeight: ptr(int64(60)),
		MinExposure: ptr(int64(50))}
}

func options(l text.Lang) Options {
	return Options{Lang: l, Hash: strings.Repeat("ab", 32), Signed: true, Steps: []Step{{"D000001", "复核", "=苏", "2026-11-02T09:00:00+08:00", "属实"}}}
}

// wanted are cells of the worked sheet.
func wanted(b *workbook) map[string]float64 {
	a, t, s := b.lines[0].name, b.lines[1].name, b.lines[3].name
	return map[string]float64{
		a + "!" + at("B", rowRaw): .9, a + "!" + at("B", rowExpected): 7.4, a + "!" + at("B", rowComparable): .878378378378, a + "!" + at("B", rowShrunk): .839189189189,
		a + "!" + at("B", rowPoints): 69.594594594595, t + "!" + at("B", rowRaw): 20, t + "!" + at("B", rowPoints): 100,
		s + "!" + at("B", rowRaw): .75, s + "!" + at("D", b.lines[3].firstMix): 200, s + "!" + at("E", b.lines[3].lastMix): 1,
		b.main + "!" + at(colUsed, lineRow(0)): 60, b.main + "!" + at(colUsed, lineRow(1)): 40, b.main + "!" + at(colUsed, lineRow(2)): 0,
		b.main + "!" + at(colEarned, b.firstOff): 10, b.main + "!" + at(colEarned, b.total-1): 3, b.main + "!" + at(colEarned, b.total): 78.756756757,
		b.main + "!" + at(colEarned, b.total+1): 90, b.main + "!" + at(colEarned, b.grade+1): 90,
	}
}

// compare holds what a program computes against what was worked by hand, to nine digits.
func compare(t *testing.T, b *workbook, grade string, of func(sheet, cell string) (string, error)) {
	t.Helper()
	for place, want := range wanted(b) {
		sheet, cell, _ := strings.Cut(place, "!")
		s, err := of(sheet, cell)
		got, perr := strconv.ParseFloat(s, 64)
		if err != nil || perr != nil || math.Abs(got-want) > 1e-9*math.Max(1, want) {
			t.Errorf("%s is %q (%v), want %v", place, s, err, want)
		}
	}
	if s, err := of(b.main, at(colEarned, b.grade)); err != nil || s != grade {
		t.Errorf("the grade is %q (%v), want %s", s, err, grade)
	}
}

func TestFormulas(t *testing.T) {
	b := build(worked(), options(text.ZH))
	if b.err != nil {
		t.Fatal(b.err)
	}
	calc := func(sheet, cell string) (string, error) {
		return b.file.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	}
	compare(t, b, "C", calc)
	if s, err := b.file.GetCellValue(b.lines[1].name, at("A", b.lines[1].firstRow)); err != nil || s != "'=b0" {
		t.Errorf("a subject that looks like a formula: %q, %v", s, err)
	}
	if pictures, err := b.file.GetPictures(b.main, at(colEarned, b.codeRow)); err != nil || len(pictures) != 1 {
		t.Errorf("%d codes, %v", len(pictures), err)
	}
}

// An event of the measure that caps leaves a D, whatever the total is; who was there for 8 of 18 days has no grade.
func TestFormulas_gates(t *testing.T) {
	of := func(e assess.Evidence) string {
		b := build(e, options(text.EN))
		if b.err != nil {
			t.Fatal(b.err)
		}
		s, err := b.file.CalcCellValue(b.main, at(colEarned, b.grade))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	e := worked()
	e.Caps[0].Raw.Value, e.Caps[0].Rows = ptr(1.0), []kpi.Row{{SubjectID: "z", Num: ptr(int64(1)), Den: ptr(int64(1))}}
	if got := of(e); got != "D" {
		t.Errorf("capped: %q, want D", got)
	}
	e = worked()
	e.Sheet.PresentDays = 8
	if got := of(e); got != "" {
		t.Errorf("8 of 18 days: %q, want no grade", got)
	}
	e = worked()
	e.Sheet.State = assess.Statement
	if got := of(e); got != "—" {
		t.Errorf("left: %q, want none", got)
	}
}

// A grade without a coefficient has none, which is not 0.
func TestFormulas_noCoefficient(t *testing.T) {
	e := worked()
	e.Coefficients = nil
	b := build(e, options(text.ZH))
	if s, err := b.file.CalcCellValue(b.main, at(colEarned, b.grade+1)); err != nil || s != "—" {
		t.Errorf("coefficient %q, %v", s, err)
	}
}

// LibreOffice computes the same: the formulas are those of every spreadsheet.
func TestFormulas_libreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("no LibreOffice")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "in.xlsx")
	var out bytes.Buffer
	if err := Write(&out, worked(), options(text.ZH)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(dir, "out")
	cmd := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx",
		"--outdir", done, path)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	f, err := excelize.OpenFile(filepath.Join(done, "in.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	compare(t, build(worked(), options(text.ZH)), "C", func(sheet, cell string) (string, error) {
		return f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	})
}

// The page that is signed says how sure its numbers are, and names role, scorecard and groups in words.
func TestMainSheet_words(t *testing.T) {
	e := worked()
	e.Lines[0].Raw.Low, e.Lines[0].Raw.High, e.Lines[0].Group = ptr(.6), ptr(.98), "satisfaction"
	e.Lines[0].Points = assess.Figure{Value: ptr(69.6), Low: ptr(60.1), High: ptr(77.7)}
	e.Sheet.Total = assess.Figure{Value: ptr(78.8), Low: ptr(70.1), High: ptr(85.5)}
	e.Sheet.Rank, e.Sheet.Peers, e.Sheet.DiffersAbove, e.Sheet.DiffersBelow = 3, 12, ptr(false), ptr(false)
	b := build(e, options(text.ZH))
	if b.err != nil {
		t.Fatal(b.err)
	}
	for cell, want := range map[string]string{
		at("A", 2): "被考核人：马（M1）　考核周期：2026-10　团队：—　岗位：客户经理　评分卡：绩效考核", at("H", lineRow(0)): "60.0–98.0 %", at("N", lineRow(0)): "60.1–77.7",
		at(colGroup, lineRow(0)): "客户满意", at(colEarned, b.grade+2): "70.1–85.5", at(colEarned, b.grade+3): "3/12", at(colNote, b.grade+3): "与相邻名次无显著差异",
	} {
		if got, err := b.file.GetCellValue(b.main, cell); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", cell, got, err, want)
		}
	}
}

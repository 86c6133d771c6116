package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/text"
)

// handBook is a workbook written by hand, with cells that excelize would not write.
func handBook(t *testing.T, pr, cells string) string {
	t.Helper()
	const ns = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	return zipOf(t, map[string]string{
		"xl/workbook.xml":            "<workbook" + ns + "><workbookPr " + pr + "/><sheets><sheet name=\"明细\" sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>",
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="x"><Relationship Id="rId7" Target="worksheets/s.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       "<sst" + ns + "><si><t>甲</t></si><si><r><t>乙</t></r><r><t xml:space=\"preserve\"> 丙</t></r><rPh><t>bing</t></rPh></si></sst>",
		"xl/styles.xml": "<styleSheet" + ns + `><numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="166" formatCode="0.00&quot;days&quot;"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`,
		"xl/worksheets/s.xml": "<worksheet" + ns + "><sheetData>" + cells + "</sheetData></worksheet>",
	})
}

func readSheet(t *testing.T, content string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := openXLSX(&arrived{path: path, copy: path}, "", defaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out []string
	for {
		rec, err := in.Next()
		if err != nil {
			return out
		}
		line := fmt.Sprint(rec.line)
		for _, c := range rec.cells {
			line += fmt.Sprintf("|%s:%d", c.s, c.kind)
		}
		out = append(out, line)
	}
}

func TestSheetRows_cells(t *testing.T) {
	got := readSheet(t, handBook(t, "", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="XEC1" s="1"/></row>`+
		`<row r="4"><c r="A4" t="e"><v>#N/A</v></c><c r="B4"><f>1+2</f></c><c r="C4"><f>1+2</f><v>3</v></c><c r="D4" t="b"><v>1</v></c><c r="E4"><f>D2+1</f><v></v></c><c r="F4" t="str"><f>""</f><v></v></c><c r="G4"><f>1+1</f><v/></c></row>`+
		`<row><c t="inlineStr"><is><t>x</t></is></c><c s="1"><v>46082</v></c><c s="2"><v>123</v></c><c s="3"><v>46082.5</v></c><c s="4"><v>1.5</v></c><c><v>19.989999999999998</v></c><c><v>1.1010119900307801E+17</v></c></row>`))
	want := []string{
		"1|甲:0|乙 丙:0",                     // the stray formatted cell in column XEC does not widen the row
		"4|#N/A:3|:4|3:1|true:0|:4|:0|:4", // a formula without its result in E and G; in F its result is an empty text
		"5|x:0|2026-03-01:2|00123:1|2026-03-01 12:00:00:2|1.5:1|19.99:1|110101199003078000:1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = readSheet(t, handBook(t, `date1904="1"`, `<row r="1"><c r="A1" s="1"><v>46082</v></c></row>`))
	if d := cmp.Diff([]string{"1|2030-03-02:2"}, got); d != "" { // 1462 days later
		t.Error(d)
	}
}

func TestRun_rejectsErrorCells(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: profile_fields, path: in.xlsx}\n")
	s.write("in.xlsx", handBook(t, "", `<row r="1"><c t="str"><v>customer_id</v></c><c t="str"><v>field</v></c></row>`+
		`<row r="2"><c t="str"><v>C1</v></c><c t="e"><v>#REF!</v></c></row><row r="3"><c t="str"><v>C1</v></c><c t="str"><v>phone</v></c></row>`))
	r := s.must(Options{})
	if r[0].Loaded != 1 || r[0].Rejected != 1 {
		t.Fatalf("%+v", r[0])
	}
	for lang, want := range map[text.Lang]string{text.ZH: "第 2 行，列“field”，值“#REF!”：单元格是错误值", text.EN: "line 2, column \"field\", value \"#REF!\": the cell holds an error value"} {
		if got := r[0].Text(lang); !strings.Contains(got, want) {
			t.Errorf("%s", got)
		}
	}
}

// TestRun_sheetEqualsText: the same facts from a workbook, from CSV and from GB18030 CSV give the same table.
func TestRun_sheetEqualsText(t *testing.T) {
	source := "  - {name: x, feed: cases, path: 'in.*', sheet: ''}\n"
	rows := [][]any{{"工单编号", "客户编号", "工单类型", "创建时间", "剔除分钟", "测试单"},
		{"0001", "客户甲", "投诉", "2026-10-01 08:30:00", 5, "是"}, {"0002", "客户乙", "fault", "2026-10-02 09:00:00", nil, nil}}
	var csv strings.Builder
	for _, r := range rows {
		for i, c := range r {
			if i > 0 {
				csv.WriteString(",")
			}
			if c != nil {
				fmt.Fprint(&csv, c)
			}
		}
		csv.WriteString("\n")
	}
	gb, err := gb18030().NewEncoder().String(csv.String())
	if err != nil {
		t.Fatal(err)
	}
	book := bookOf(t, func(f *excelize.File) {
		code := "yyyy-mm-dd hh:mm:ss"
		st, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		for i, r := range rows {
			_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r)
		}
		_ = f.SetCellFloat("Sheet1", "D2", 46296.3541666667, -1, 64) // 46082 + 214 days = 2026-10-01, 8.5/24
		_ = f.SetCellStyle("Sheet1", "D2", "D2", st)
	})
	var want []string
	for name, content := range map[string]string{"in.csv": csv.String(), "in.xlsx": book} {
		for _, c := range []string{content, gb} {
			if name == "in.xlsx" && c == gb {
				continue
			}
			s := newSite(t, source)
			s.write(name, c)
			s.must(Options{})
			got := s.query("select * exclude (batch_id) from cases order by all")
			if want == nil {
				want = got
			}
			if d := cmp.Diff(want, got); d != "" || len(got) != 2 {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

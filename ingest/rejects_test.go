package ingest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/text"
)

// rejectCase is one reject rule: a file whose third line is bad, the same file corrected, and what is said.
type rejectCase struct {
	name, source, feed     string
	head, before, bad, fix string // rows; the bad one stands in line 3
	after                  string
	column, value          string
	zh, en                 string // reason and expectation, as printed
}

const (
	zhTime = "没有这个时间，或写法有歧义；有歧义的写法请在来源里用 format: 写明；应为：2026-10-31 08:30:00"
	enTime = "no such time, or written in a form that can be read in several ways; name such a form with format: in the source; expected: 2026-10-31 08:30:00"
)

var rejectCases = []rejectCase{
	{"required", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,,fault,2026-10-01", "2,C2,fault,2026-10-01",
		"3,C3,fault,2026-10-01", "customer_id", "", "必填的值为空；应为：不为空的值", "a required value is empty; expected: a value"},
	{"time", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,fault,10/31/2026", "2,C2,fault,2026-10-31",
		"3,C3,fault,2026-10-01", "created_at", "10/31/2026", zhTime, enTime},
	{"time that is not", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,fault,2026-02-30", "2,C2,fault,2026-02-28",
		"3,C3,fault,2026-10-01", "created_at", "2026-02-30", zhTime, enTime},
	{"time against format", "columns: {created_at: {from: created_at, format: '%d.%m.%Y'}}", "cases", caseHead,
		"1,C1,fault,01.10.2026", "2,C2,fault,2026-10-01", "2,C2,fault,01.10.2026", "3,C3,fault,02.10.2026",
		"created_at", "2026-10-01", "时间不符合 format:，或并不存在；应为：%d.%m.%Y",
		"the time does not follow format:, or does not exist; expected: %d.%m.%Y"},
	{"enum", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,抱怨,2026-10-01", "2,C2,投诉,2026-10-01",
		"3,C3,fault,2026-10-01", "kind", "抱怨",
		"不是允许的值；可在来源里用 values: 对应；应为：需求 / 投诉 / 故障 / 咨询 / 反馈 / 跟进",
		"not one of the allowed values; translate it with values: in the source; expected: request / complaint / fault / consult / feedback / followup"},
	{"value not listed", "columns: {category: {from: cat, values: {a: A}}}", "cases", "case_id,customer_id,kind,created_at,cat\n",
		"1,C1,fault,2026-10-01,a", "2,C2,fault,2026-10-01,b", "2,C2,fault,2026-10-01,a", "3,C3,fault,2026-10-01,a", "cat", "b",
		"values: 里没有这个值，也没有 default:；应为：category 的 values: 列出的值",
		"values: does not list it and there is no default:; expected: a value listed under values: of category"},
	{"int", "", "cases", "case_id,customer_id,kind,created_at,excluded_minutes\n", "1,C1,fault,2026-10-01,5",
		"2,C2,fault,2026-10-01,\"1,500\"", "2,C2,fault,2026-10-01,1500", "3,C3,fault,2026-10-01,", "excluded_minutes", "1,500",
		"不是整数（不取整，不接受千分位）；应为：1234", "not a whole number (nothing is rounded, no thousands separators); expected: 1234"},
	{"bool", "", "cases", "case_id,customer_id,kind,created_at,测试单\n", "1,C1,fault,2026-10-01,是",
		"2,C2,fault,2026-10-01,或许", "2,C2,fault,2026-10-01,否", "3,C3,fault,2026-10-01,", "测试单", "或许",
		"不是“是”或“否”；应为：true/false, 1/0, Y/N", "neither yes nor no; expected: true/false, 1/0, Y/N"},
	{"too many cells", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,fault,2026-10-01,x", "2,C2,fault,2026-10-01",
		"3,C3,fault,2026-10-01", "", "5", "列数不符，无法确定各值属于哪一列；应为：4 列",
		"the number of cells differs from the header, so nobody can say which cell belongs where; expected: 4 cells"},
	{"too few cells", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,fault", "2,C2,fault,2026-10-01",
		"3,C3,fault,2026-10-01", "", "3", "列数不符，无法确定各值属于哪一列；应为：4 列",
		"the number of cells differs from the header, so nobody can say which cell belongs where; expected: 4 cells"},
	{"text after a quote", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,\"C2\"x,fault,2026-10-01", "2,C2x,fault,2026-10-01",
		"3,C3,fault,2026-10-01", "", "2,\"C2\"x,fault,2026-10-01", "引号之后还有文字，无法分列；应为：\"a \"\"b\"\" c\"",
		"text follows a closing quote, so the row cannot be cut into cells; expected: \"a \"\"b\"\" c\""},
	{"hashes", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,C2,fault,########", "2,C2,fault,2026-10-01",
		"3,C3,fault,2026-10-01", "created_at", "########", "只有 ####：表格软件因列宽不足而丢失了内容",
		"only ####: the spreadsheet lost the content to a narrow column"},
	{"id in exponent form", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,1.2E+11,fault,2026-10-01",
		"2,120000000001,fault,2026-10-01", "3,C3,fault,2026-10-01", "customer_id", "1.2E+11",
		"编号被表格软件改成了科学计数，位数已丢失", "the spreadsheet turned the id into exponent form, digits are lost"},
	{"id in exponent form without a sign", "", "cases", caseHead, "1,C1,fault,2026-10-01", "2,1.2e11,fault,2026-10-01",
		"2,120000000001,fault,2026-10-01", "3,C3,fault,2026-10-01", "customer_id", "1.2e11",
		"编号被表格软件改成了科学计数，位数已丢失", "the spreadsheet turned the id into exponent form, digits are lost"},
	{"seconds", "columns: {first_response_at: {from: created_at, plus_seconds: 响应}}", "cases",
		"case_id,customer_id,kind,created_at,响应\n", "1,C1,fault,2026-10-01,60", "2,C2,fault,2026-10-01,1分",
		"2,C2,fault,2026-10-01,60", "3,C3,fault,2026-10-01,", "响应", "1分", "不是整数秒；应为：3600",
		"not a whole number of seconds; expected: 3600"},
	{"day", "", "bills", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen\n", "1,C1,2026-10,2026-10-01,2026-10-20,5",
		"2,C1,2026-10,4/6/2026,2026-10-20,5", "2,C1,2026-10,2026-04-06,2026-10-20,5", "3,C1,2026-10,2026-10-01,2026-10-20,5",
		"issued_on", "4/6/2026", "没有这个日期，或写法有歧义；有歧义的写法请在来源里用 format: 写明；应为：2026-10-31",
		"no such date, or written in a form that can be read in several ways; name such a form with format: in the source; expected: 2026-10-31"},
	{"amount", "", "bills", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen\n", "1,C1,2026-10,2026-10-01,2026-10-20,5",
		"2,C1,2026-10,2026-10-01,2026-10-20,￥1234", "2,C1,2026-10,2026-10-01,2026-10-20,1234", "3,C1,2026-10,2026-10-01,2026-10-20,5",
		"amount_fen", "￥1234", "不是金额（只写数字，不带千分位、￥、元、万元）；以元计的列请写 scale: 100；应为：123456",
		"not an amount (digits only, no thousands separators, currency signs or units); for a column in yuan write scale: 100; expected: 123456"},
	{"month", "", "bills", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen\n", "1,C1,2026-10,2026-10-01,2026-10-20,5",
		"2,C1,Oct-26,2026-10-01,2026-10-20,5", "2,C1,2026-10,2026-10-01,2026-10-20,5", "3,C1,2026-10,2026-10-01,2026-10-20,5",
		"account_month", "Oct-26", "看不懂的月份；应为：2026-10", "not a month; expected: 2026-10"},
	{"decimal", "", "surveys", "survey_id,customer_id,score\n", "1,C1,5", "2,C1,98%", "2,C1,98", "3,C1,5", "score", "98%",
		"不是数（最多四位小数，不带千分位、百分号）；应为：12.3456",
		"not a number (at most four decimals, no thousands separators, no percent sign); expected: 12.3456"},
	{"quarter", "", "tier_inputs", "customer_id,quarter\n", "1,2026-Q1", "2,2026-Q5", "2,2026-Q4", "3,2026-Q1", "quarter", "2026-Q5",
		"看不懂的季度；应为：2026-Q3", "not a quarter; expected: 2026-Q3"},
	{"two owners", "", "assignments", "customer_id,manager_id,valid_from,valid_to\n", "C1,M1,2026-01-01,2026-06-30",
		"C1,M2,2026-06-30,", "C1,M2,2026-07-01,", "C2,M2,2026-01-01,", "valid_from", "2026-06-30",
		"同一天会有两位客户经理；以后者为准请写 overlap: later；应为：不与 M1 2026-01-01..2026-06-30（第 2 行） 重叠",
		"the customer would have two owners on one day; write overlap: later to let the later one win; expected: no overlap with M1 2026-01-01..2026-06-30 (line 2)"},
}

// TestRun_rejectsRows: every reject rule says file, line, column, value and what was expected in both languages; the
// rest of the file is loaded; the corrected reject file leads to the same raw table as a clean file.
func TestRun_rejectsRows(t *testing.T) {
	for _, tc := range rejectCases {
		t.Run(tc.name, func(t *testing.T) {
			source := "  - {name: x, feed: " + tc.feed + ", path: in.csv, " + tc.source + "}\n"
			s, clean := newSite(t, source), newSite(t, source)
			path := s.write("in.csv", tc.head+tc.before+"\n"+tc.bad+"\n"+tc.after+"\n")
			clean.write("in.csv", tc.head+tc.before+"\n"+tc.fix+"\n"+tc.after+"\n")
			r := s.must(Options{})
			if r[0].Loaded != 2 || r[0].Rejected != 1 {
				t.Fatalf("%+v", r[0])
			}
			value := clip(tc.value, 60)
			want := fmt.Sprintf("  %s 第 3 行，列“%s”，值“%s”：%s\n", path, tc.column, value, tc.zh)
			if got := r[0].Text(text.ZH); !strings.Contains(got, want) {
				t.Errorf("got %s\nwant %s", got, want)
			}
			want = fmt.Sprintf("  %s line 3, column \"%s\", value \"%s\": %s\n", path, tc.column, value, tc.en)
			if got := r[0].Text(text.EN); !strings.Contains(got, want) {
				t.Errorf("got %s\nwant %s", got, want)
			}
			correct(t, r[0].RejectFile, tc)
			again := s.must(Options{File: r[0].RejectFile})
			if again[0].Loaded != 1 || again[0].Rejected != 0 {
				t.Fatalf("corrected: %+v\n%s", again[0], again[0].Text(text.EN))
			}
			clean.must(Options{})
			q := "select * exclude (batch_id, superseded_by) from " + tc.feed + " where superseded_by is null order by all"
			if d := cmp.Diff(clean.query(q), s.query(q)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRun_rejectsTellEveryCell: a row is rejected once, for all of its bad cells; the good cells between them are not named.
func TestRun_rejectsTellEveryCell(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: cases, path: in.csv}\n")
	path := s.write("in.csv", caseHead+"1,C1,fault,2026-10-01\n2,,抱怨,2026-02-30\n3,C3,抱怨,2026-10-01\n")
	r := s.must(Options{})[0]
	if r.Loaded != 1 || r.Rejected != 2 { // rows, not cells
		t.Fatalf("%+v", r)
	}
	var at []string
	for _, line := range strings.Split(r.Text(text.EN), "\n") {
		if rest, ok := strings.CutPrefix(line, "  "+path+" line "); ok {
			at = append(at, rest[:strings.Index(rest, ", value")])
		}
	}
	want := []string{`3, column "customer_id"`, `3, column "kind"`, `3, column "created_at"`, `4, column "kind"`} // line 1 is the header
	if d := cmp.Diff(want, at); d != "" {
		t.Error(d)
	}
	data, err := os.ReadFile(r.RejectFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], `2,,抱怨,2026-02-30,3,customer_id | kind | created_at," | 抱怨 | 2026-02-30",`) {
		t.Errorf("reject file: %s", data)
	}
	if got := s.query("select line, column_name from rejects order by line, column_name"); len(got) != 4 {
		t.Errorf("stored: %v", got)
	}
}

// correct puts the corrected cells into the reject file's only row, as a person would.
func correct(t *testing.T, path string, tc rejectCase) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(data), "\n")
	if !ok || !strings.HasPrefix(head, "\ufeff"+strings.TrimSuffix(tc.head, "\n")+","+rejectLine) {
		t.Fatalf("reject file: %s", data)
	}
	if err := os.WriteFile(path, []byte(head+"\n"+tc.fix+",3,,,,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRejectCases_coverEveryCode(t *testing.T) {
	elsewhere := []string{"formula", "cell_error", // excelize writes no error cells: TestSheetRows_cells
		"id_digits", "id_date", "bad_date_format", // spreadsheets, see below; as bad_time_format
		"json", "json_twice", "json_deep", "json_text", "list", "nul", "id_number", // TestNDJSON_badLines, TestParquet_unreadable
		"line_end", "total", // TestOdd_files
		"tier_decided"} // TestTiering_files
	said := map[string]bool{}
	for _, tc := range rejectCases {
		reason, _, _ := strings.Cut(tc.en, "; expected:")
		said[reason] = true
	}
	for _, code := range elsewhere {
		said[text.EN.T("reject."+code)] = true
	}
	for _, key := range text.Keys("reject.") {
		if !strings.HasSuffix(key, ".expected") && !said[text.EN.T(key)] {
			t.Errorf("no test rejects a row with %s", key)
		}
	}
}

// TestRun_rejectsSpoiltSheetCells: what only a spreadsheet can do to a cell.
func TestRun_rejectsSpoiltSheetCells(t *testing.T) {
	for _, tc := range []struct {
		name, zh, en string
		fill         func(f *excelize.File)
	}{
		{"formula", "公式没有保存计算结果；请用表格软件打开并保存一次",
			"a formula without its result; open the file in the spreadsheet program and save it",
			func(f *excelize.File) {
				_ = f.SetCellValue("Sheet1", "B3", nil)
				_ = f.SetCellFormula("Sheet1", "B3", "1+2")
			}},
		{"id_digits", "超过 15 位的编号以数字存放，末尾位数已丢失；请以文本存放",
			"an id of more than 15 digits was stored as a number, its last digits are lost; store it as text",
			func(f *excelize.File) { _ = f.SetCellFloat("Sheet1", "B3", 110101199003078123, -1, 64) }},
		{"id_date", "编号被表格软件改成了日期", "the spreadsheet turned the id into a date",
			func(f *excelize.File) {
				code := "mmm-yy"
				st, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
				_ = f.SetCellInt("Sheet1", "B3", 46082)
				_ = f.SetCellStyle("Sheet1", "B3", "B3", st)
			}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, "  - {name: x, feed: cases, path: in.xlsx}\n")
			s.write("in.xlsx", bookOf(t, func(f *excelize.File) {
				for i, row := range [][]any{{"case_id", "customer_id", "kind", "created_at"}, {"1", "C1", "fault", "2026-10-01"},
					{"2", "C2", "fault", "2026-10-01"}, {"3", "C3", "fault", "2026-10-01"}} {
					_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row)
				}
				tc.fill(f)
			}))
			r := s.must(Options{})
			if r[0].Loaded != 2 || r[0].Rejected != 1 {
				t.Fatalf("%+v", r[0])
			}
			for lang, want := range map[text.Lang]string{text.ZH: tc.zh, text.EN: tc.en} {
				if got := r[0].Text(lang); !strings.Contains(got, want) {
					t.Errorf("got %s\nwant %s", got, want)
				}
			}
			if got := s.query("select line, column_name, code from rejects"); got[0] != "3|customer_id|"+tc.name {
				t.Errorf("%v", got)
			}
		})
	}
}

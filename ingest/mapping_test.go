package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// TestRun_mappings: every way to say where a column comes from, one source each.
func TestRun_mappings(t *testing.T) {
	for _, tc := range []struct {
		name, source, file, query string
		want                      []string
	}{
		{"columns joined by a blank", "feed: cases, columns: {created_at: {from: [创建日期, 创建时间], format: '%Y/%m/%d %H:%M:%S'}}",
			"case_id,customer_id,kind,创建日期,创建时间\n1,C1,fault,2026/10/01,08:05:06\n", "select created_at from cases",
			[]string{"2026-10-01 08:05:06"}},
		{"values, default", "feed: cases, columns: {kind: {from: 类型, values: {障碍: fault, 申告: 投诉}, default: request}}",
			"case_id,customer_id,created_at,类型\n1,C1,2026-10-01,障碍\n2,C1,2026-10-01,申告\n3,C1,2026-10-01,别的\n4,C1,2026-10-01,\n5,C1,2026-10-01,consult\n",
			"select kind from cases order by case_id", []string{"fault", "complaint", "request", "request", "consult"}},
		{"values of a text column", "feed: tier_history, columns: {effective_from: {const: '2026-01-01'}, tier: {from: 星级, values: {钻石卡: '1', 金卡: '2'}, default: '4'}}",
			"customer_id,星级\nC1,钻石卡\nC2,准星\n", "select customer_id, tier, effective_from from tier_history order by 1",
			[]string{"C1|1|2026-01-01 00:00:00", "C2|4|2026-01-01 00:00:00"}},
		{"const by label", "feed: cases, columns: {severity: {const: 紧急}}", caseHead + caseRow(1), "select severity from cases", []string{"urgent"}},
		{"composed key", "feed: surveys, columns: {survey_id: {concat: [no, \"'-Q1'\"]}}", "no,customer_id\n7,C1\n8,C2\n",
			"select survey_id from surveys order by 1", []string{"7-Q1", "8-Q1"}},
		{"delay in seconds after a canonical column", "feed: cases, columns: {created_at: 建单, first_response_at: {from: created_at, plus_seconds: 响应秒数}}",
			"case_id,customer_id,kind,建单,响应秒数\n1,C1,fault,2026-10-01 23:59:00,90\n2,C1,fault,2026-10-01 08:00:00,\n",
			"select first_response_at from cases order by case_id", []string{"2026-10-02 00:00:30", "-"}},
		{"delay after a header", "feed: cases, columns: {resolved_at: {from: 起, plus_seconds: 秒}}",
			"case_id,customer_id,kind,created_at,起,秒\n1,C1,fault,2026-10-01,2026-10-02 00:00:00,60\n",
			"select resolved_at from cases", []string{"2026-10-02 00:01:00"}},
		{"yuan to fen", "feed: payments, columns: {amount_fen: {from: 元, scale: 100}}",
			"payment_id,bill_id,paid_on,元\n1,B1,2026-10-01,12.34\n2,B1,2026-10-01,-0.5\n", "select amount_fen from payments order by 1",
			[]string{"-50", "1234"}},
		{"where", "feed: calls, where: {结果: [已接通]}", "call_id,customer_id,started_at,结果\n1,C1,2026-10-01,已接通\n2,C1,2026-10-01,未接通\n",
			"select call_id from calls", []string{"1"}},
		{"null values", "feed: cases, null_values: ['-', N/A]", "case_id,customer_id,kind,created_at,closed_at,category\n1,C1,fault,2026-10-01, - ,N/A\n",
			"select closed_at, category from cases", []string{"-|-"}},
		{"unpivot", "feed: surveys, unpivot: {columns: [整体, 速度], names: {速度: speed}, into: {question: question, score: score}}",
			"survey_id,customer_id,整体,速度\n1,C1,10,7\n2,C2,,3\n3,C3,,\n", "select survey_id, question, score from surveys order by all",
			[]string{"1|speed|7", "1|整体|10", "2|speed|3"}},
		{"no header", "feed: payments, header_row: 0, names: [payment_id, bill_id, paid_on, amount_fen]", "1,B1,2026-10-01,5\n2,B2,2026-10-01,6\n",
			"select payment_id, amount_fen from payments order by 1", []string{"1|5", "2|6"}},
		{"header further down", "feed: payments, header_row: 3", "月报\n\npayment_id,bill_id,paid_on,amount_fen\n1,B1,2026-10-01,5\n",
			"select payment_id from payments", []string{"1"}},
		{"blanks as separators", "feed: payments, delimiter: whitespace, header_row: 0, names: [payment_id, bill_id, paid_on, amount_fen]",
			" 1  B1 \t20261001 5\r\n 2 B2 20261001 6\r\n", "select payment_id, paid_on, amount_fen from payments order by 1",
			[]string{"1|2026-10-01 00:00:00|5", "2|2026-10-01 00:00:00|6"}},
		{"semicolons", "feed: payments, delimiter: ';'", "payment_id;bill_id;paid_on;amount_fen\n1;B,1;2026-10-01;5\n",
			"select bill_id from payments", []string{"B,1"}},
		{"aliases", "feed: payments", "缴 费 编 号,Bill ID,缴费日期,ＡＭＯＵＮＴ＿ｆｅｎ\n1,B1,2026-10-01,5\n",
			"select bill_id, amount_fen from payments", []string{"B1|5"}},
		{"UTF-16", "feed: payments", "\xff\xfe" + utf16("payment_id,bill_id,paid_on,amount_fen\n1,账单,2026-10-01,5\n"),
			"select bill_id from payments", []string{"账单"}},
		{"old Mac line ends", "feed: payments", "payment_id,bill_id,paid_on,amount_fen\r1,B1,2026-10-01,5\r2,B2,2026-10-01,5\r",
			"select bill_id from payments order by 1", []string{"B1", "B2"}},
		{"rare GB18030 character", "feed: payments, encoding: gb18030", "payment_id,bill_id,paid_on,amount_fen\n1,\xfe\x9f\x81\x39\xef\x36,2026-10-01,5\n",
			"select bill_id from payments", []string{"䶮㐇"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, "  - {name: x, path: in.csv, "+tc.source+"}\n")
			s.write("in.csv", tc.file)
			s.must(Options{})
			if d := cmp.Diff(tc.want, s.query(tc.query)); d != "" {
				t.Error(d)
			}
		})
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestRun_usage(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: payments, path: in.csv, delimiter: ab}\n  - {name: y, feed: contacts, path: c.csv}\n")
	s.write("in.csv", "a\n")
	for _, tc := range []struct {
		o      Options
		zh, en string
	}{
		{Options{Sources: []string{"z"}}, "配置文件里没有名为 \"z\" 的来源", "the configuration has no source called \"z\""},
		{Options{File: "f.csv"}, "用 --file 装入 f.csv 时，请写明一个来源的名称", "to load f.csv with --file, name the one source that it belongs to"},
		{Options{Sources: []string{"y"}}, "来源 y：联系人只有在 keep_contacts: true 时才装入", "source y: contacts are loaded only with keep_contacts: true"},
		{Options{Sources: []string{"x"}}, "来源 x：delimiter \"ab\" 应为一个字符、tab 或 whitespace", "source x: delimiter \"ab\" must be one character, tab or whitespace"},
	} {
		_, _, err := s.run(tc.o)
		if fault.ExitCode(err) != 2 || fault.Text(text.ZH, err) != tc.zh || fault.Text(text.EN, err) != tc.en {
			t.Errorf("%v | %s | %s", err, fault.Text(text.ZH, err), fault.Text(text.EN, err))
		}
	}
}

func TestRun_dryRunStoresNothing(t *testing.T) {
	s := newSite(t, caseSource)
	s.write("in.csv", "case_id,客户编号,kind,created_at,备注\n1,C1,投诉,2026/10/1,x\n2,C2,fault,1.10.2026,y\n")
	r, out, err := s.run(Options{DryRun: true})
	if err != nil || r[0].Loaded != 1 || r[0].Rejected != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	for _, want := range []string{
		"2 rows read, 1 would be stored, 1 rejected", "columns as found: customer_id <- 客户编号\n", "columns left unused: 备注",
		"would be stored as: case_id=1  customer_id=C1  kind=complaint  created_at=2026-10-01 00:00:00\n", "line 3, column \"created_at\", value \"1.10.2026\"",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
	if got := s.query("select count(*) from duckdb_tables()"); got[0] != "0" {
		t.Errorf("the warehouse holds %v tables", got)
	}
}

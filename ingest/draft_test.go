package ingest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

func (s *site) draft(path string, o DraftOptions) (Draft, error) {
	s.t.Helper()
	o.Path, o.Base, o.Zone = path, s.dir, time.UTC
	if o.Lang == "" {
		o.Lang = text.EN
	}
	return MakeDraft(context.Background(), o)
}

// TestDraft_isASource: what a file needs is in its draft, and the file then loads by it.
func TestDraft_isASource(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("客户服务月报,,,\n工单号,客户ID,工单类型,创建日期\n1,C1,投诉,25/12/2025\n2,C2,障碍,01/02/2026\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, content, want string }{
		{"工单_202602.csv", gb, `
  # drafted from 工单_202602.csv, to be checked: taken for Cases, 4 of 4 columns known; try it: kamlens ingest --dry-run
  - name: cases
    feed: cases
    path: "工单_*.csv"   # numbers in the name may be others
    encoding: gb18030
    header_row: 2
    columns:
      case_id: 工单号   # another spelling of "case id", check it
      customer_id: 客户ID   # another spelling of "customer id", check it
      kind: 工单类型   # unknown values: 障碍; write kind: {from: ..., values: {VALUE: CODE}} with the codes request, complaint, fault, consult, feedback, followup
      created_at: {from: 创建日期, format: "%d/%m/%Y"}   # another spelling of "created at", check it; the format is inferred from values such as 25/12/2025, check it
`},
		{"export.txt", "bill id;customer id;account month;issued on;due on;amount fen;VAT\nB1;C1;2026-10;2026-11-01;2026-11-20;12.50;x\n", `
  # drafted from export.txt, to be checked: taken for Bills, 6 of 7 columns known; try it: kamlens ingest --dry-run
  - name: bills
    feed: bills
    path: export.txt
    delimiter: ;
    columns:
      bill_id: bill id
      customer_id: customer id
      account_month: account month
      issued_on: issued on
      due_on: due on
      amount_fen: {from: amount fen, scale: 100}   # looks like yuan, turned into fen
    # columns left unused: VAT
`},
		{"名单_20260131.csv", "客户编号,客户经理编号\nC1,M1\n", `
  # drafted from 名单_20260131.csv, to be checked: taken for Assignments, 2 of 2 columns known; try it: kamlens ingest --dry-run
  - name: assignments
    feed: assignments
    path: "名单_*.csv"   # numbers in the name may be others
    history: snapshots   # there is no valid_from, so it is taken for the list of one day
    as_of: name
    columns:
      customer_id: 客户编号
      manager_id: 客户经理编号
`},
	} {
		s := newSite(t, "")
		d, err := s.draft(s.write(c.file, c.content), DraftOptions{})
		if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), d.YAML); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.file, err, diff)
		}
		s.yaml += strings.Replace(d.YAML, "kind: 工单类型 ", "kind: {from: 工单类型, values: {障碍: fault}} ", 1)
		if r := s.must(Options{}); r[0].Rejected != 0 || r[0].Loaded == 0 {
			t.Errorf("%s: %+v", c.file, r[0])
		}
		if _, err := s.draft(filepath.Join(s.dir, c.file), DraftOptions{Lang: text.ZH}); err != nil {
			t.Error(err)
		}
	}
}

// TestDraft_everyFeed: the template of every feed is recognised as what it is, in both languages and forms.
func TestDraft_everyFeed(t *testing.T) {
	s := newSite(t, "")
	for _, f := range feed.All() {
		for lang, format := range map[text.Lang]string{text.ZH: "xlsx", text.EN: "csv"} {
			data, err := Template(f.Name, format, lang)
			if err != nil {
				t.Fatal(err)
			}
			d, err := s.draft(s.write("some."+format, string(data)), DraftOptions{Lang: lang, Names: []string{strings.ReplaceAll(f.Name, "_", "-")}})
			if err != nil || d.Feed != f.Name || len(d.Missing) > 0 || len(d.Unused) > 0 {
				t.Errorf("%s %s: %q missing %v unused %v: %v", f.Name, format, d.Feed, d.Missing, d.Unused, err)
			}
			if !strings.Contains(d.YAML, "- name: "+strings.ReplaceAll(f.Name, "_", "-")+"-2\n") {
				t.Errorf("%s: the name is taken: %s", f.Name, d.YAML)
			}
		}
	}
}

// TestDraft_namedColumns: a format that names its columns itself needs no header row, and the draft loads it.
func TestDraft_namedColumns(t *testing.T) {
	s := newSite(t, "")
	path := s.write("cases.ndjson", `{"case_id":"K1","customer_id":"C1","kind":"fault","created_at":"2026-10-01 08:30:00"}
{"case_id":"K2","customer_id":"C1","kind":"fault","created_at":"2026-10-02 09:00:00"}
`)
	d, err := s.draft(path, DraftOptions{})
	if err != nil || d.Feed != "cases" || len(d.Missing) > 0 || strings.Contains(d.YAML, "header_row") {
		t.Fatalf("%+v %v", d, err)
	}
	s.yaml += d.YAML
	if r := s.must(Options{}); r[0].Rejected != 0 || r[0].Loaded != 2 {
		t.Errorf("%+v", r[0])
	}
}

func TestDraft_incompleteAndRefused(t *testing.T) {
	s := newSite(t, "")
	d, err := s.draft(s.write("cases.csv", "case_id,created_at,kind\n1,07/08/2026,fault\n"), DraftOptions{})
	if err != nil || !cmp.Equal(d.Missing, []string{"customer_id"}) || !strings.Contains(d.YAML, "# customer_id: ?   # required (customer id), not found in the file") ||
		!strings.Contains(d.YAML, "can be read in several ways; choose one for format: %d/%m/%Y | %m/%d/%Y") {
		t.Errorf("%+v %v", d, err)
	}
	for name, content := range map[string]string{"x.csv": "alpha,beta\n1,2\n", "empty.csv": ""} {
		if _, err := s.draft(s.write(name, content), DraftOptions{}); fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.draft(filepath.Join(s.dir, "x.csv"), DraftOptions{Feed: "nope"}); fault.KindOf(err) != fault.Usage {
		t.Errorf("%v", err)
	}
	left, err := os.ReadDir(filepath.Join(s.dir, "data"))
	if err == nil || len(left) > 0 {
		t.Errorf("a draft left %v", left)
	}
}

// TestDraft_near: a header that only looks like a column is a remark, is no mapping and does not vote for a feed.
func TestDraft_near(t *testing.T) {
	s := newSite(t, "")
	path := s.write("x.csv", "工单编号,客户编号,工单类型,创建时间,开单时间\n1,C1,投诉,2026-10-01,2026-10-02\n")
	for lang, want := range map[text.Lang]string{
		text.ZH: "      # reopened_at: 开单时间   # 只与“重开时间”相近；若确是，去掉行首的 #\n",
		text.EN: "      # reopened_at: 开单时间   # only near \"reopened at\"; if it is, take the leading # away\n",
	} {
		d, err := s.draft(path, DraftOptions{Lang: lang})
		if err != nil || d.Feed != "cases" || !strings.Contains(d.YAML, want) || len(d.Missing)+len(d.Unused) > 0 {
			t.Errorf("%v %+v\n%s", err, d, d.YAML)
		}
	}
	path = s.write("y.csv", "工单号,客户编号,类型,开单时间\n1,C1,投诉,2026-10-01\n")
	if d, err := s.draft(path, DraftOptions{}); fault.KindOf(err) != fault.Refused {
		t.Errorf("%v %+v", err, d)
	}
	d, err := s.draft(path, DraftOptions{Feed: "cases"})
	if err != nil || !cmp.Equal(d.Missing, []string{"kind", "created_at"}) || !strings.Contains(d.YAML, "      case_id: 工单号   # another spelling") {
		t.Errorf("%v %+v\n%s", err, d, d.YAML)
	}
}

// TestDraft_day: the day of a list is taken from its name, be it a month, or from a column that is called so; else it is
// the day it arrives.
func TestDraft_day(t *testing.T) {
	s := newSite(t, "")
	for _, c := range []struct{ file, head, row, want string }{
		{"级别_20260301.csv", "客户编号,级别", "C1,A", "as_of: name\n"},
		{"级别_202603.csv", "客户编号,级别", "C1,A", "as_of: {name: \"%Y%m\"}   # the month in the name, meaning its first day\n"},
		{"级别2026年3月.csv", "客户编号,级别", "C1,A", "as_of: {name: \"%Y年%m月\"}   #"},
		{"级别.csv", "客户编号,级别,统计日期", "C1,A,2026-03-31", "as_of: {column: 统计日期}\n"},
		{"级别_202604.csv", "客户编号,级别,统计月份", "C1,A,202603", "as_of: {column: 统计月份, format: \"%Y%m\"}\n"},
		{"级别.csv", "客户编号,级别,统计日期", "C1,A,soon", "as_of: arrival"},
		{"级别_1234567.csv", "客户编号,级别", "C1,A", "as_of: arrival"},
	} {
		d, err := s.draft(s.write(c.file, c.head+"\n"+c.row+"\n"), DraftOptions{Feed: "tier_history"})
		if err != nil || !strings.Contains(d.YAML, "    "+c.want) {
			t.Errorf("%s %s: %v no %q in\n%s", c.file, c.head, err, c.want, d.YAML)
		}
		if used := strings.Contains(c.want, "column:"); used && len(d.Unused) > 0 {
			t.Errorf("%s: %v unused", c.file, d.Unused)
		}
	}
}

package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// TestRun_noFileAtAll: a load that finds nothing for any source is refused and names the folder and the patterns;
// with NoneOK the same is said and is no error.
func TestRun_noFileAtAll(t *testing.T) {
	s := newSite(t, "  - {name: a, feed: cases, path: ['inbox/工单.*', 'inbox/cases.*']}\n  - {name: b, feed: bills, path: bills.csv}\n")
	for lang, want := range map[text.Lang]string{
		text.ZH: "没有找到任何文件，未装入任何内容。在 " + s.dir + " 下查找的是：\n  a: inbox/工单.*, inbox/cases.*\n  b: bills.csv",
		text.EN: "no file was found, nothing was loaded. Looked below " + s.dir + " for:\n  a: inbox/工单.*, inbox/cases.*\n  b: bills.csv",
	} {
		if _, _, err := s.run(Options{Lang: lang}); fault.ExitCode(err) != 3 || fault.Text(lang, err) != want {
			t.Errorf("%s: exit %d, %q; want 3, %q", lang, fault.ExitCode(err), fault.Text(lang, err), want)
		}
		_, out, err := s.run(Options{Lang: lang, NoneOK: true})
		if err != nil || !strings.Contains(out, want) || !strings.Contains(out, lang.T("ingest.nothing_loaded")) {
			t.Errorf("%s: %v\n%s", lang, err, out)
		}
	}
	s.write("bills.csv", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen\n1,C1,2026-10,2026-10-01,2026-10-20,5\n")
	for _, want := range []string{"files loaded: 1; skipped as loaded before: 0", "files loaded: 0; skipped as loaded before: 1"} {
		if _, out, err := s.run(Options{}); err != nil || !strings.Contains(out, want) || strings.Contains(out, "NOTE") {
			t.Errorf("%v, want %q\n%s", err, want, out)
		}
	}
}

// TestRun_severalPatterns: a file that several globs of a source match is loaded once, and a sibling feed's is not.
func TestRun_severalPatterns(t *testing.T) {
	s := newSite(t, "  - {name: customers, feed: customers, path: ['客户.*', '客户_*', '客户*.csv']}\n")
	s.yaml = strings.Replace(s.yaml, ", '客户*.csv'", ", '客户.csv'", 1)
	s.write("客户.csv", "customer_id,name\nC1,A\n")
	s.write("客户经理.csv", "manager_id\nM1\n")
	s.write("客户_2.csv", "customer_id,name\nC2,B\n")
	r := s.must(Options{})
	if len(r) != 2 || filepath.Base(r[0].File) != "客户.csv" || filepath.Base(r[1].File) != "客户_2.csv" {
		t.Errorf("loaded %v", r)
	}
}

// TestRun_headerOnly: a blank template is no error, and the receipt says that it holds nothing.
func TestRun_headerOnly(t *testing.T) {
	s := newSite(t, "  - {name: x, feed: cases, path: in.csv}\n")
	s.write("in.csv", caseHead)
	r := s.must(Options{})
	for lang, want := range map[text.Lang]string{text.ZH: "注意：文件没有数据行，只有表头", text.EN: "note: the file holds no rows, only a header"} {
		if got := r[0].Text(lang); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %s", lang, want, got)
		}
	}
	s.write("in.csv", caseHead+caseRow(1))
	if got := s.must(Options{})[0].Text(text.EN); strings.Contains(got, "no rows") {
		t.Errorf("a file with a row: %s", got)
	}
}

// TestRun_usageErrors: what is wrong with the command or the configuration is said before anything is read.
func TestRun_usageErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		path   string
		o      Options
		zh, en string
	}{
		"no such file": {"in.csv", Options{File: "/nowhere/a.csv", Sources: []string{"x"}},
			"没有文件 /nowhere/a.csv", "no such file: /nowhere/a.csv"},
		"variable not set": {"${KAMLENS_TEST_NOT_SET}/in.csv", Options{},
			"来源 x：路径 \"${KAMLENS_TEST_NOT_SET}/in.csv\" 用到的环境变量 KAMLENS_TEST_NOT_SET 没有设置",
			"source x: the path \"${KAMLENS_TEST_NOT_SET}/in.csv\" uses the environment variable KAMLENS_TEST_NOT_SET, which is not set"},
	} {
		s := newSite(t, fmt.Sprintf("  - {name: x, feed: cases, path: %q}\n", tc.path))
		_, _, err := s.run(tc.o)
		if fault.ExitCode(err) != 2 || fault.Text(text.ZH, err) != tc.zh || fault.Text(text.EN, err) != tc.en {
			t.Errorf("%s: exit %d, %q, %q", name, fault.ExitCode(err), fault.Text(text.ZH, err), fault.Text(text.EN, err))
		}
	}
}

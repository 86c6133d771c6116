package config

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

func TestParse_defaults(t *testing.T) {
	c, err := Parse(nil, "/srv/kamlens/kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Lang() != text.ZH || c.Zone().String() != "Asia/Shanghai" {
		t.Errorf("language %s, zone %s", c.Lang(), c.Zone())
	}
	if got, want := c.WarehousePath(), filepath.FromSlash("/srv/kamlens/data/warehouse.duckdb"); got != want {
		t.Errorf("warehouse at %s, want %s", got, want)
	}
	now := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	if got := c.AsOfTime(now).Format(time.DateTime); got != "2026-11-22 04:00:00" {
		t.Errorf("as of %s: want now in the configured zone", got)
	}
}

func TestParse_mappings(t *testing.T) {
	c, err := Parse([]byte(`
as_of: 2026-11-01
sources:
  - name: crm-工单
    feed: cases
    path: ${KAMLENS_TEST_FOLDER}/工单_*.csv
    columns:
      case_id: 工单编号
      created_at: {from: [创建日期, 创建时间], format: "%Y/%m/%d %H:%M:%S"}
      kind: {from: 工单类型, values: {投诉: complaint}, default: request}
      severity: {const: normal}
      first_response_at: {from: created_at, plus_seconds: 响应秒数}
`), "kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	request, normal := "request", "normal"
	want := map[string]Mapping{
		"case_id":           {From: []string{"工单编号"}},
		"created_at":        {From: []string{"创建日期", "创建时间"}, Format: "%Y/%m/%d %H:%M:%S"},
		"kind":              {From: []string{"工单类型"}, Values: map[string]string{"投诉": "complaint"}, Default: &request},
		"severity":          {Const: &normal},
		"first_response_at": {From: []string{"created_at"}, PlusSeconds: "响应秒数"},
	}
	if diff := cmp.Diff(want, c.Sources[0].Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	t.Setenv("KAMLENS_TEST_FOLDER", "/in")
	if got := c.Resolve(c.Sources[0].Path[0]); got != "/in/工单_*.csv" {
		t.Errorf("path %q", got)
	}
	if got := c.Unset("$KAMLENS_TEST_FOLDER/${KAMLENS_TEST_NOT_SET}/a"); got != "KAMLENS_TEST_NOT_SET" {
		t.Errorf("unset variable %q", got)
	}
	if got := c.AsOfTime(time.Time{}).Format(time.RFC3339); got != "2026-11-01T00:00:00+08:00" {
		t.Errorf("as of %s", got)
	}
}

func TestParse_refuses(t *testing.T) {
	for name, c := range map[string]struct{ doc, wantEN string }{
		"unknown key":          {"colour: red", "line 1: field colour not found"},
		"unknown feed":         {"sources: [{name: a, feed: nothing, path: x}]", "no feed"},
		"unknown column":       {"sources: [{name: a, feed: cases, path: x, columns: {nix: h}}]", "does not have"},
		"unknown in mapping":   {"sources: [{name: a, feed: cases, path: x, columns: {case_id: {form: h}}}]", "line 1: field form not found"},
		"two of one name":      {"sources: [{name: a, feed: cases, path: x}, {name: a, feed: cases, path: x}]", "used twice"},
		"name of our own":      {"sources: [{name: kamlens, feed: cases, path: x}]", "kept for decisions"},
		"feed of our own":      {"sources: [{name: a, feed: decisions, path: x}]", "kept for decisions"},
		"name with a slash":    {"sources: [{name: ../a, feed: cases, path: x}]", "unfit"},
		"no names":             {"sources: [{name: a, feed: cases, path: x, header_row: 0}]", "needs names"},
		"empty list of paths":  {"sources: [{name: a, feed: cases, path: []}]", "has no path"},
		"map as path":          {"sources: [{name: a, feed: cases, path: {a: b}}]", "line 1: path is"},
		"unset variable":       {"data: ${KAMLENS_TEST_NOT_SET}/data", "KAMLENS_TEST_NOT_SET"},
		"bad cron":             {"jobs: [{name: a, report: monthly, schedule: often}]", "cron"},
		"bad report":           {"jobs: [{name: a, report: weekly, schedule: '0 8 1 * *'}]", "weekly"},
		"bad zone":             {"timezone: Mars/Base", "Mars/Base"},
		"path and database":    {"sources: [{name: a, feed: cases, path: x, database: {connection: '${X}', query: q, key: k}}]", "either a path or a database"},
		"unknown format":       {"sources: [{name: a, feed: cases, path: x, format: ods}]", `format "ods" is not known`},
		"unknown encoding":     {"sources: [{name: a, feed: cases, path: x, encoding: latin1}]", `encoding "latin1" is not known`},
		"connection in file":   {"sources: [{name: a, feed: cases, database: {connection: 'postgres://u:geheim@h/d', query: q, key: k}}]", "do not belong here"},
		"password in file":     {"sources: [{name: a, feed: cases, database: {connection: '${X}', password: geheim, query: q, key: k}}]", "do not belong here"},
		"url as secret file":   {"sources: [{name: a, feed: cases, database: {connection_file: 'mysql://u:geheim@h/d', query: q, key: k}}]", "do not belong here"},
		"no connection":        {"sources: [{name: a, feed: cases, database: {query: q, key: k}}]", "needs either connection"},
		"no query":             {"sources: [{name: a, feed: cases, database: {connection: '${X}', key: k}}]", "has no query"},
		"neither mark nor key": {"sources: [{name: a, feed: cases, database: {connection: '${X}', query: q}}]", "needs watermark"},
		"bad lookback":         {"sources: [{name: a, feed: cases, database: {connection: '${X}', query: q, watermark: w, lookback: soon}}]", `lookback "soon"`},
		"format of database":   {"sources: [{name: a, feed: cases, format: csv, database: {connection: '${X}', query: q, key: k}}]", "is a database"},
		"inbox without path":   {"inbox: {settle: 5s}", "inbox needs a path"},
		"inbox settles never":  {"inbox: {path: in, settle: 0s}", "inbox needs a path"},
		"load with report":     {"jobs: [{name: a, ingest: true, report: monthly, schedule: '0 8 1 * *'}]", "neither report nor formats"},
		"bad as_of":            {"as_of: 1.11.2026", "1.11.2026"},
	} {
		_, err := Parse([]byte(c.doc), "kamlens.yaml")
		if err == nil || fault.KindOf(err) != fault.Usage || !strings.Contains(fault.Text(text.EN, err), c.wantEN) {
			t.Errorf("%s: got %v, want a usage error that says %q", name, err, c.wantEN)
		}
		if err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: the message shows the password: %v", name, err)
		}
		if err != nil && fault.Text(text.ZH, err) == fault.Text(text.EN, err) {
			t.Errorf("%s: no Chinese message", name)
		}
	}
}

// TestParse_paths: one glob and a list of globs are both accepted.
func TestParse_paths(t *testing.T) {
	c, err := Parse([]byte("sources: [{name: a, feed: cases, path: x*}, {name: b, feed: cases, path: [y*, z.csv]}]"), "kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Paths{{"x*"}, {"y*", "z.csv"}}, []Paths{c.Sources[0].Path, c.Sources[1].Path}); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

// TestParse_inbox: folders lie in the inbox unless named.
func TestParse_inbox(t *testing.T) {
	c, err := Parse([]byte("inbox: {path: in, failed: bad}"), "/srv/kamlens/kamlens.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := Inbox{Path: "/srv/kamlens/in", Settle: "10s", Done: "/srv/kamlens/in/done", Failed: "/srv/kamlens/bad"}
	if diff := cmp.Diff(want, *c.Inbox); diff != "" || c.Inbox.Wait() != 10*time.Second {
		t.Errorf("inbox (-want +got):\n%s", diff)
	}
}

package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// realData returns the folder of the public data sets, or skips: see docs/datasets.md.
func realData(t *testing.T, file string) string {
	t.Helper()
	dir := os.Getenv("KAMLENS_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(dir, file)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("public data set not found: %s (set KAMLENS_DATA)", path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// TestRun_beijingMobile: the 40 published counts of 附件1 from CSV, GB18030 CSV and a sheet 16,357 columns wide.
func TestRun_beijingMobile(t *testing.T) {
	const folder = "beijing_mobile"
	want := []string{ // answers 1..10, as published
		"网络覆盖与信号强度|237|62|90|90|211|271|327|658|786|2701",
		"语音通话整体满意度|209|42|71|55|172|182|214|567|764|3157",
		"语音通话清晰度|184|40|59|85|161|207|268|643|805|2981",
		"语音通话稳定性|230|49|83|93|201|228|309|654|786|2800",
	}
	for _, name := range []string{"附件1语音业务用户满意度数据.csv", "附件1语音业务用户满意度数据_GB18030.csv", "附件1语音业务用户满意度数据.xlsx"} {
		t.Run(name, func(t *testing.T) {
			path := realData(t, filepath.Join(folder, name))
			s := newSite(t, "  - name: voice\n    feed: surveys\n    path: '"+path+"'\n"+
				"    unpivot:\n      columns: [语音通话整体满意度, 网络覆盖与信号强度, 语音通话清晰度, 语音通话稳定性]\n"+
				"      into: {question: question, score: score}\n"+
				"    columns: {survey_id: 用户id, customer_id: 用户id, scale_min: {const: '1'}, scale_max: {const: '10'}, answered_at: {const: '2022-12-01'}}\n")
			r := s.must(Options{})
			if r[0].Read != 5433 || r[0].Loaded != 4*5433 || r[0].Rejected != 0 {
				t.Fatalf("%+v", r[0])
			}
			var counts []string
			for _, d := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"} {
				counts = append(counts, "count(*) filter (score = "+d+")")
			}
			got := s.query("select question, " + strings.Join(counts, ", ") + " from surveys group by 1 order by 1")
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestRun_italianHelpDesk(t *testing.T) {
	path := realData(t, "italian_helpdesk/finale.csv")
	s := newSite(t, "  - name: log\n    feed: case_log\n    path: '"+path+"'\n"+
		"    columns: {case_id: Case ID, at: Complete Timestamp, type: {from: Activity, values: {Assign seriousness: open, Take in charge ticket: respond, Resolve ticket: resolve, Closed: close}, default: note}, activity: Activity, customer_id: customer, actor_id: Resource}\n")
	r := s.must(Options{})
	if r[0].Read != 21348 || r[0].Rejected != 0 {
		t.Fatalf("%s", r[0].Text("en"))
	}
	if got := s.query("select count(distinct case_id), count(distinct activity), min(\"at\"), max(\"at\") from case_log where superseded_by is null"); got[0] != "4580|14|2010-01-13 08:40:25|2014-01-03 13:20:58" {
		t.Errorf("%v", got)
	}
	// Variant occurs twice: no trouble while nobody maps it, refused as soon as somebody does.
	s.yaml += "    where: {Variant: [Variant 12]}\n"
	if _, out, err := s.run(Options{}); err == nil || !strings.Contains(out, `the column "Variant" is used but occurs more than once (columns 5, 7)`) {
		t.Errorf("%v %s", err, out)
	}
}

// TestRun_cdnow: blanks as separators, CRLF, no header, composed keys. 6,919 lines, 2,357 customers, 2,500,315.63 in
// all is the whole file's; the sample's sum is computed here from the file in plain Go.
func TestRun_cdnow(t *testing.T) {
	path := realData(t, "cdnow/CDNOW_sample.txt")
	s := newSite(t, "  - name: cdnow\n    feed: bills\n    path: '"+path+"'\n    delimiter: whitespace\n    header_row: 0\n"+
		"    names: [id, sample, day, cds, dollars]\n"+
		"    columns: {bill_id: {concat: [id, \"'-'\", day, \"'-'\", cds, \"'-'\", dollars]}, customer_id: id, account_month: {const: '1997-01'}, issued_on: day, due_on: day, amount_fen: {from: dollars, scale: 100}}\n")
	r := s.must(Options{})
	if r[0].Read != 6919 || r[0].Rejected != 0 {
		t.Fatalf("%s", r[0].Text("en"))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		seen[strings.Join(strings.Fields(line), "-")] = true
	}
	if got := s.query("select count(distinct customer_id), min(customer_id), min(issued_on), max(issued_on) from bills"); got[0] != "2357|00004|1997-01-01 00:00:00|1998-06-30 00:00:00" {
		t.Errorf("%v", got)
	}
	if int(r[0].Loaded) != len(seen) { // exact repetitions of a line are one bill
		t.Errorf("%d loaded, %d different lines", r[0].Loaded, len(seen))
	}
}

// TestRun_ibm: US dates by a declared format, money in dollars by scale, ids with leading zeros.
func TestRun_ibm(t *testing.T) {
	path := realData(t, "ibm_ar_invoices/WA_Fn-UseC_-Accounts-Receivable.csv")
	s := newSite(t, "  - name: bills\n    feed: bills\n    path: '"+path+"'\n"+
		"    columns: {bill_id: invoiceNumber, customer_id: customerID, account_month: {const: '2013-01'}, issued_on: {from: InvoiceDate, format: '%m/%d/%Y'}, due_on: {from: DueDate, format: '%m/%d/%Y'}, amount_fen: {from: InvoiceAmount, scale: 100}}\n"+
		"  - name: payments\n    feed: payments\n    path: '"+path+"'\n"+
		"    columns: {payment_id: invoiceNumber, bill_id: invoiceNumber, paid_on: {from: SettledDate, format: '%m/%d/%Y'}, amount_fen: {from: InvoiceAmount, scale: 100}}\n"+
		"  - name: customers\n    feed: customers\n    path: '"+path+"'\n    columns: {customer_id: customerID, name: customerID, region: countryCode}\n")
	r := s.must(Options{})
	if r[0].Loaded != 2466 || r[1].Loaded != 2466 || r[2].Loaded != 100 || r[2].Unchanged != 2366 {
		t.Fatalf("%+v", r)
	}
	// Published: mean days to settle 26.44, mean days late 3.44, sum 147,703.18.
	got := s.query(`select round(avg(p.paid_on - b.issued_on), 2), round(avg(greatest(0, p.paid_on - b.due_on)), 2),
		sum(b.amount_fen), min(b.bill_id) from bills b join payments p using (bill_id)`)
	if got[0] != "26.44|3.44|14770318|0000611365" {
		t.Errorf("%v", got)
	}
}

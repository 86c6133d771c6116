package ingest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// TestFilled_loadsUnchanged: a filled template holds the current rows, and loading it again changes nothing.
func TestFilled_loadsUnchanged(t *testing.T) {
	s := newSite(t, "  - {name: bills, feed: bills, path: bills.csv}\n  - {name: back-csv, feed: bills, path: back.csv}\n  - {name: back-xlsx, feed: bills, path: back.xlsx}\n")
	s.write("bills.csv", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen,kind,recurring,updated_at\n"+
		"0001,\"C,1\",2026-10,2026-11-01,2026-11-20,-1250,credit_note,true,2026-11-01 08:00:00.5\n0002,C2,2026-10,2026-11-01,2026-11-20,3000000000,,,\n")
	s.must(Options{})
	s.write("bills.csv", "bill_id,customer_id,account_month,issued_on,due_on,amount_fen\n0002,C3,2026-09,2026-11-01,2026-11-20,1\n")
	s.must(Options{Sources: []string{"bills"}})
	for lang, want := range map[text.Lang]string{
		text.ZH: "0001,\"C,1\",2026-10,2026-11-01,2026-11-20,-1250,退费", text.EN: "0001,\"C,1\",2026-10,2026-11-01,2026-11-20,-1250,credit_note",
	} {
		data, err := Filled(context.Background(), s.config(), "bills", "csv", lang)
		if err != nil || !strings.Contains(string(data), strings.Split(want, ",退费")[0]) || strings.Count(string(data), "\n") != 3 {
			t.Errorf("%s %v", data, err)
		}
		s.write("back.csv", string(data))
		book, err := Filled(context.Background(), s.config(), "bills", "xlsx", lang)
		if err != nil {
			t.Fatal(err)
		}
		s.write("back.xlsx", string(book))
		for _, r := range s.must(Options{Sources: []string{"back-csv", "back-xlsx"}}) {
			if r.Read != 2 || r.Unchanged != 2 || r.Loaded != 0 || r.Rejected != 0 {
				t.Errorf("%s: %+v\n%s", lang, r, data)
			}
		}
		f, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatal(err)
		}
		id, err := f.GetCellValue(f.GetSheetName(0), "A2")
		if err != nil || id != "0001" {
			t.Errorf("id %q %v", id, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestFilled_formulas: text that a spreadsheet would run is refused in a CSV and kept as text in a workbook.
func TestFilled_formulas(t *testing.T) {
	s := newSite(t, "  - {name: m, feed: managers, path: m.csv}\n  - {name: back, feed: managers, path: back.xlsx}\n")
	s.write("m.csv", "manager_id,name\nM1,=1+1\n")
	s.must(Options{Sources: []string{"m"}})
	_, err := Filled(context.Background(), s.config(), "managers", "csv", text.EN)
	if fault.KindOf(err) != fault.Refused || !strings.Contains(fault.Text(text.EN, err), `line 2, column "name"`) {
		t.Errorf("%v", err)
	}
	data, err := Filled(context.Background(), s.config(), "managers", "xlsx", text.EN)
	if err != nil {
		t.Fatal(err)
	}
	s.write("back.xlsx", string(data))
	if r := s.must(Options{Sources: []string{"back"}}); r[0].Unchanged != 1 {
		t.Errorf("%+v", r[0])
	}
	if d := cmp.Diff([]string{"=1+1"}, s.query("select name from managers")); d != "" {
		t.Error(d)
	}
}

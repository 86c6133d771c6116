package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Two equal lines can be two purchases: with the line in the key both stay, without it they are one row.
func TestRun_lineInKey(t *testing.T) {
	const file = "0001 19970101 29.33\r\n0001 19970101 29.33\r\n0002 19971231 5\r\n"
	for key, want := range map[string][]string{
		`[id, "'-'", "#line"]`: {"0001-1|199701|2933", "0001-2|199701|2933", "0002-3|199712|500"},
		`[id, "'-'", day]`:     {"0001-19970101|199701|2933", "0002-19971231|199712|500"},
	} {
		s := newSite(t, `
  - name: purchases
    feed: bills
    path: purchases.txt
    format: csv
    delimiter: whitespace
    header_row: 0
    names: [id, day, dollars]
    columns:
      bill_id: {concat: `+key+`}
      customer_id: id
      account_month: {from: day, format: "%Y%m%d"}
      issued_on: {from: day, format: "%Y%m%d"}
      due_on: {from: day, format: "%Y%m%d"}
      amount_fen: {from: dollars, scale: 100}
`)
		s.write("purchases.txt", file)
		s.must(Options{})
		got := s.query("select bill_id, account_month, amount_fen from bills where superseded_by is null order by bill_id")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
}

// An account month taken from a day is read in the day's format only.
func TestRun_monthInFormat(t *testing.T) {
	s := newSite(t, `
  - name: bills
    feed: bills
    path: bills.csv
    max_reject_share: 1
    columns:
      bill_id: id
      customer_id: id
      account_month: {from: day, format: "%m/%d/%Y"}
      issued_on: {from: day, format: "%m/%d/%Y"}
      due_on: {from: day, format: "%m/%d/%Y"}
      amount_fen: fen
`)
	s.write("bills.csv", "id,day,fen\na,1/2/2013,1\nb,13/2/2013,1\nc,2013-01,1\n")
	s.must(Options{})
	if diff := cmp.Diff([]string{"a|201301"}, s.query("select bill_id, account_month from bills")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"bad_month|%m/%d/%Y"}, s.query("select distinct code, expected from rejects where column_name = 'account_month'")); diff != "" {
		t.Error(diff)
	}
}

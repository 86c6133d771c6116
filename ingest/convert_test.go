package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/feed"
)

var shanghai = time.FixedZone("CST", 8*3600)

func col(t feed.Type) feed.Column {
	c := feed.Column{Name: "x", Type: t}
	if t == feed.Enum {
		c.Values = []feed.Value{{Code: "fault", ZH: "故障"}, {Code: "request", ZH: "需求（新装）"}}
	}
	return c
}

// convertOne converts a text cell; a reject is shown as "!code".
func convertOne(c converter, s string, kind cellKind) string {
	got, why := c.convert(s, kind)
	if why != nil {
		return "!" + why.code
	}
	return got
}

func TestConvert(t *testing.T) {
	for _, tc := range []struct {
		typ  feed.Type
		in   string
		want string
	}{
		// 3.17: ISO 8601, yyyy/m/d, yyyymmdd, yyyy年m月d日 and nothing else.
		{feed.Time, "2026-10-31 08:30:00", "2026-10-31 08:30:00"},
		{feed.Time, "2026-10-31T08:30", "2026-10-31 08:30:00"},
		{feed.Time, "2026/1/2 8:05", "2026-01-02 08:05:00"},
		{feed.Time, "20260102", "2026-01-02 00:00:00"},
		{feed.Time, "20260102T083005", "2026-01-02 08:30:05"},
		{feed.Time, "2026年1月2日 8:05:06", "2026-01-02 08:05:06"},
		{feed.Time, "2026年1月2日8:05:06", "2026-01-02 08:05:06"},
		{feed.Time, "2012/10/09 14:50:17.000", "2012-10-09 14:50:17"},
		{feed.Time, "2026-10-31 08:30:00.1234567", "2026-10-31 08:30:00.123456"},
		{feed.Time, "２０２６－１０－３１ ０８：３０", "2026-10-31 08:30:00"}, // full-width is folded
		// offsets are converted to the zone (+08:00)
		{feed.Time, "2026-10-31T00:30:00Z", "2026-10-31 08:30:00"},
		{feed.Time, "2026-10-31 20:30:00-0500", "2026-11-01 09:30:00"},
		{feed.Time, "2026-10-31 08:30:00 +08:00", "2026-10-31 08:30:00"},
		{feed.Time, "10/31/2026", "!bad_time"},
		{feed.Time, "31.10.2026", "!bad_time"},
		{feed.Time, "26-10-31", "!bad_time"},
		{feed.Time, "2026-02-30", "!bad_time"},
		{feed.Time, "2026-10-31 24:00", "!bad_time"},
		{feed.Time, "2026-10-31 8点", "!bad_time"},
		{feed.Time, "46082", "!bad_time"},
		{feed.Time, "1899-12-31", "!bad_time"},
		{feed.Time, "########", "!hashes"},
		{feed.Date, "2026-10-31", "2026-10-31"},
		{feed.Date, "2026-10-31 23:59:59", "2026-10-31"},
		{feed.Date, "2026-10-31T20:00:00Z", "2026-11-01"}, // 04:00 of the next day in the zone
		{feed.Date, "1900-02-29", "!bad_date"},
		{feed.Date, "4/6/2013", "!bad_date"},
		{feed.Int, "12", "12"}, {feed.Int, "-12", "-12"}, {feed.Int, "007", "7"}, {feed.Int, "010", "10"},
		{feed.Int, "１２", "12"}, {feed.Int, "12.0", "12"},
		{feed.Int, "12.5", "!bad_int"}, {feed.Int, "1,234", "!bad_int"}, {feed.Int, "1e3", "!bad_int"},
		{feed.Int, "+1", "!bad_int"}, {feed.Int, "0x10", "!bad_int"}, {feed.Int, "9223372036854775808", "!bad_int"},
		{feed.Fen, "123456", "123456"}, {feed.Fen, "1,234", "!bad_amount"}, {feed.Fen, "￥5", "!bad_amount"},
		{feed.Fen, "5元", "!bad_amount"}, {feed.Fen, "3万元", "!bad_amount"}, {feed.Fen, "12.34", "!bad_amount"},
		{feed.Fen, "(5)", "!bad_amount"}, {feed.Fen, "NaN", "!bad_amount"}, {feed.Fen, "1e400", "!bad_amount"},
		{feed.Decimal, "1.5", "1.5000"}, {feed.Decimal, "-0.0001", "-0.0001"}, {feed.Decimal, "1.23450", "1.2345"},
		{feed.Decimal, "1.23456", "!bad_decimal"}, {feed.Decimal, "12%", "!bad_decimal"}, {feed.Decimal, ".5", "!bad_decimal"},
		{feed.Enum, "fault", "fault"}, {feed.Enum, "FAULT", "fault"}, {feed.Enum, "故障", "fault"},
		{feed.Enum, "ｆａｕｌｔ", "fault"}, {feed.Enum, "需求（新装）", "request"}, {feed.Enum, "x", "!bad_enum"},
		{feed.Bool, "是", "true"}, {feed.Bool, "N", "false"}, {feed.Bool, "1", "true"}, {feed.Bool, "２", "!bad_bool"},
		{feed.Month, "2026-10", "202610"}, {feed.Month, "2026年3月", "202603"}, {feed.Month, "202603", "202603"},
		{feed.Month, "2026/3", "202603"}, {feed.Month, "2026-13", "!bad_month"}, {feed.Month, "26-03", "!bad_month"},
		{feed.Quarter, "2026-Q3", "20263"}, {feed.Quarter, "2026q3", "20263"}, {feed.Quarter, "2026年3季度", "20263"},
		{feed.Quarter, "2026年第3季度", "20263"}, {feed.Quarter, "2026-Q5", "!bad_quarter"},
		{feed.ID, "0001", "0001"}, {feed.ID, "１２", "１２"}, {feed.ID, "1.2E+11", "!id_exponent"}, {feed.ID, "A.E+5", "A.E+5"},
		{feed.ID, "1.2e11", "!id_exponent"}, {feed.ID, "1.2E11", "!id_exponent"}, {feed.ID, "1.2e-5", "!id_exponent"}, {feed.ID, "12E+5", "!id_exponent"},
		{feed.ID, "12E5", "12E5"}, {feed.ID, "1e3", "1e3"}, {feed.ID, "1.2", "1.2"}, {feed.ID, "1.2E", "1.2E"}, {feed.Text, "1.2e11", "1.2e11"},
		{feed.Text, "1.2E+11", "1.2E+11"}, {feed.Text, "###", "!hashes"}, {feed.Text, "#", "#"},
	} {
		c := converter{col: col(tc.typ), zone: shanghai}
		if got := convertOne(c, tc.in, cellText); got != tc.want {
			t.Errorf("%s %q: got %q, want %q", tc.typ, tc.in, got, tc.want)
		}
	}
}

func TestConvert_scale(t *testing.T) {
	c := converter{col: col(feed.Fen), zone: shanghai, scale: 100}
	for in, want := range map[string]string{"55.94": "5594", "-0.5": "-50", "12": "1200", "19.999": "!bad_amount", "1,000.00": "!bad_amount"} {
		if got := convertOne(c, in, cellText); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestConvert_sheetCells(t *testing.T) {
	for _, tc := range []struct {
		typ  feed.Type
		in   string
		kind cellKind
		want string
	}{
		{feed.ID, "110101199003078000", cellNumber, "!id_digits"}, // 18 digits: the last ones are already wrong
		{feed.ID, "110101199003078", cellNumber, "110101199003078"},
		{feed.ID, "2026-03-26", cellDate, "!id_date"},
		{feed.ID, "1e3", cellJSON, "!id_number"}, {feed.ID, "1.20e11", cellJSON, "!id_number"}, {feed.ID, "1.0", cellJSON, "!id_number"},
		{feed.ID, "-0", cellJSON, "!id_number"}, {feed.ID, "110101199003078811", cellJSON, "110101199003078811"},
		{feed.ID, "0", cellJSON, "0"}, {feed.Text, "1e3", cellJSON, "1e3"},
		{feed.Text, "2026-03-26", cellDate, "2026-03-26"},
		{feed.Time, "2026-03-26 08:00:00", cellDate, "2026-03-26 08:00:00"},
		{feed.Date, "#N/A", cellError, "!cell_error"},
		{feed.Int, "", cellFormula, "!formula"},
		{feed.Month, "2026-03-26", cellDate, "202603"},
	} {
		c := converter{col: col(tc.typ), zone: shanghai}
		if got := convertOne(c, tc.in, tc.kind); got != tc.want {
			t.Errorf("%s %q: got %q, want %q", tc.typ, tc.in, got, tc.want)
		}
	}
}

func TestParseLayout(t *testing.T) {
	for _, tc := range []struct{ format, in, want string }{
		{"%m/%d/%Y", "4/6/2013", "2013-04-06 00:00:00"}, // IBM: month first
		{"%d/%m/%Y", "4/6/2013", "2013-06-04 00:00:00"},
		{"%m/%d/%Y", "13/6/2013", ""},
		{"%Y%m%d", "19970101", "1997-01-01 00:00:00"},
		{"%Y%m%d", "1997101", ""},
		{"%Y/%m/%d %H:%M:%S", "2026/10/31 08:30:00", "2026-10-31 08:30:00"},
		{"%Y/%m/%d %H:%M:%S", "2026/10/31", ""},
		{"%Y/%m/%d %H:%M:%S.%f", "2012/10/09 14:50:17.250", "2012-10-09 14:50:17.25"},
		{"%d %b %Y %I:%M %p", "9 Oct 2026 12:05 AM", "2026-10-09 00:05:00"},
		{"%d %B %Y %I:%M %p", "9 October 2026 1:05 PM", "2026-10-09 13:05:00"},
		{"%Y-%m-%dT%H:%M:%S%z", "2026-10-31T00:30:00+00:00", "2026-10-31 08:30:00"},
		{"100%% %Y", "100% 2026", "2026-01-01 00:00:00"},
		{"%m/%d/%Y", "4/6/2013 x", ""},
		{"%H:%M", "08:30", ""}, // no year
	} {
		layout, err := parseFormat(tc.format)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if v, ok := parseLayout(tc.in, layout, shanghai); ok {
			got = v.Format(canonicalTime)
		}
		if got != tc.want {
			t.Errorf("%s %q: got %q, want %q", tc.format, tc.in, got, tc.want)
		}
	}
	for _, bad := range []string{"%y", "%Y-%", "%Q"} {
		if _, err := parseFormat(bad); err == nil {
			t.Errorf("%s: accepted", bad)
		}
	}
}

func TestSerialDate(t *testing.T) {
	for _, tc := range []struct {
		serial float64
		d1904  bool
		want   string
	}{
		{46082, false, "2026-03-01"}, // 46082 days after 1899-12-30
		{46082, true, "2030-03-02"},  // 1462 days later
		{46082.5, false, "2026-03-01 12:00:00"},
		{46082.3541666667, false, "2026-03-01 08:30:00"},
		{0.5, false, "12:00:00"},
		{1, false, "1900-01-01"},
		{59, false, "1900-02-28"},
		{60, false, ""}, // 29 February 1900 never was
		{61, false, "1900-03-01"},
		{-1, false, ""},
	} {
		got, _ := serialDate(tc.serial, tc.d1904)
		if got != tc.want {
			t.Errorf("%v (1904: %v): got %q, want %q", tc.serial, tc.d1904, got, tc.want)
		}
	}
}

func TestGuard(t *testing.T) {
	for _, s := range []string{"=1+1", "+abc", "-x", "@a", "＝a", " =1", "'=1", "plain", "-12.5", "+5", "'", "", "'x", "\t1"} {
		g := guard(s)
		if unguard(g) != s {
			t.Errorf("%q: guarded %q, back %q", s, g, unguard(g))
		}
		if trimmed := strings.TrimLeft(s, " "); strings.HasPrefix(trimmed, "=") && !strings.HasPrefix(g, "'") {
			t.Errorf("%q is not guarded", s)
		}
	}
}

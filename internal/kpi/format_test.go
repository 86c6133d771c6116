package kpi

import (
	"testing"

	"github.com/kamlens/kamlens/internal/text"
)

func num(v float64) *float64 { return &v }

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		unit   string
		v      *float64
		zh, en string
	}{
		{UnitShare, num(.9388), "93.9 %", "93.9 %"},
		{UnitShare, num(.285), "28.5 %", "28.5 %"},
		{UnitShare, num(1), "100.0 %", "100.0 %"},
		{UnitShare, num(-.0125), "-1.3 %", "-1.3 %"}, // half away from zero
		{UnitShare, num(-.0004), "0.0 %", "0.0 %"},
		{UnitShare, nil, "—", "—"},
		{UnitIndex, num(84.25), "84.3", "84.3"},
		{UnitPoints, num(30), "30.0", "30.0"},
		{UnitSeconds, num(0), "0 秒", "0 s"},
		{UnitSeconds, num(59), "59 秒", "59 s"},
		{UnitSeconds, num(60), "1.0 分钟", "1.0 min"},
		{UnitSeconds, num(3599), "60.0 分钟", "60.0 min"},
		{UnitSeconds, num(8640), "2.4 小时", "2.4 h"},
		{UnitSeconds, num(3600 * 1234), "1,234.0 小时", "1,234.0 h"},
		{UnitDays, num(30), "30.0 天", "30.0 d"},
		{UnitCount, num(1234), "1,234", "1,234"},
		{UnitFen, num(123456), "1,234.56 元", "1,234.56 yuan"},
		{"per_100_months", num(1.234), "1.23", "1.23"},
	} {
		d := Definition{Unit: c.unit}
		if zh, en := Format(text.ZH, d, c.v), Format(text.EN, d, c.v); zh != c.zh || en != c.en {
			t.Errorf("%s %v: %q, %q; want %q, %q", c.unit, c.v, zh, en, c.zh, c.en)
		}
	}
}

// TestFormatAgainst: 89.996 % is not 90 %, and does not look so beside a target of 90 %.
func TestFormatAgainst(t *testing.T) {
	d := Definition{Unit: UnitShare}
	for _, c := range []struct {
		v, target float64
		want      string
	}{{.89996, .9, "89.996 %"}, {.9, .9, "90.0 %"}, {.9004, .9, "90.04 %"}, {.8949, .9, "89.5 %"}, {.95, .9, "95.0 %"}, {.2849, .285, "28.49 %"}} {
		if got := FormatAgainst(text.EN, d, num(c.v), num(c.target)); got != c.want {
			t.Errorf("%v against %v: %q, want %q", c.v, c.target, got, c.want)
		}
	}
	if got := FormatAgainst(text.EN, d, num(.5), nil); got != "50.0 %" {
		t.Errorf("without a target: %q", got)
	}
}

func TestFormatDelta(t *testing.T) {
	for _, c := range []struct {
		unit        string
		now, before *float64
		want        string
	}{
		{UnitShare, num(.95), num(.938), "+1.2 个百分点"},
		{UnitShare, num(.938), num(.95), "-1.2 个百分点"},
		{UnitShare, num(.5), num(.5), "0.0 个百分点"},
		{UnitShare, num(.5), nil, "—"},
		{UnitSeconds, num(7200), num(9000), "-30.0 分钟"},
		{UnitIndex, num(84), num(80.75), "+3.3"},
	} {
		if got := FormatDelta(text.ZH, Definition{Unit: c.unit}, c.now, c.before); got != c.want {
			t.Errorf("%s: %q, want %q", c.unit, got, c.want)
		}
	}
}

func TestFormatRange(t *testing.T) {
	if got := FormatRange(text.ZH, Definition{Unit: UnitShare}, num(.9005), num(.954), nil); got != "90.1–95.4 %" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		low, high float64
		zh, en    string
	}{
		{-.069, -.008, "-6.9 至 -0.8 %", "-6.9 to -0.8 %"}, {-.069, .008, "-6.9 至 0.8 %", "-6.9 to 0.8 %"},
		{-.0004, .008, "0.0–0.8 %", "0.0–0.8 %"}, // a rounded zero has no sign
	} {
		d := Definition{Unit: UnitShare}
		if zh, en := FormatRange(text.ZH, d, &c.low, &c.high, nil), FormatRange(text.EN, d, &c.low, &c.high, nil); zh != c.zh || en != c.en {
			t.Errorf("%v to %v: %q, %q", c.low, c.high, zh, en)
		}
	}
	if got := FormatRange(text.ZH, Definition{Unit: UnitSeconds}, num(1800), num(7200), nil); got != "0.5–2.0 小时" {
		t.Errorf("%q", got)
	}
}

// TestFormatRange_against: both ends stay on the side of the target that they are on.
func TestFormatRange_against(t *testing.T) {
	d := Definition{Unit: UnitShare}
	for _, c := range []struct {
		low, high, target float64
		want              string
	}{
		{.999663806, 1.01067957, 1, "99.97–101.07 %"}, {.999663806, 1.01067957, .9, "100.0–101.1 %"}, {.9, .95, .9, "90.0–95.0 %"},
		{.85, .94996, .95, "85.000–94.996 %"}, {1, 1.2, 1, "100.0–120.0 %"},
	} {
		if got := FormatRange(text.EN, d, &c.low, &c.high, &c.target); got != c.want {
			t.Errorf("%v to %v against %v: %q, want %q", c.low, c.high, c.target, got, c.want)
		}
	}
}

func TestFormatRange_minutes(t *testing.T) {
	if got := FormatRange(text.ZH, Definition{Unit: UnitSeconds}, num(1080), num(5040), nil); got != "18.0–84.0 分钟" {
		t.Errorf("%q", got)
	}
}

// TestFormatInterval: the interval of a value is in the unit of the value, with the digits that its ends need to differ: 3,600 s
// is 1.0 h, 3,522 s is 0.978 h and 3,768 s is 1.047 h.
func TestFormatInterval(t *testing.T) {
	for _, c := range []struct {
		v, low, high float64
		want         string
	}{
		{3600, 3522, 3768, "0.98–1.05 h"}, {3600, 1800, 7200, "0.5–2.0 h"}, {3000, 1800, 7200, "30.0–120.0 min"}, {50, 20, 90, "20.0–90.0 s"},
		{3600, 3600, 3600, "1.0–1.0 h"}, {3600, 3600, 3603, "1.000–1.001 h"},
	} {
		if got := FormatInterval(text.EN, Definition{Unit: UnitSeconds}, &c.v, &c.low, &c.high, nil); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
	if got := FormatInterval(text.EN, Definition{Unit: UnitSeconds}, nil, num(1080), num(5040), nil); got != "18.0–84.0 min" {
		t.Errorf("without a value: %q", got)
	}
}

func TestFormatMoney(t *testing.T) {
	for fen, want := range map[int64][2]string{
		0: {"0.00 元", "0.00 yuan"}, 123456: {"1,234.56 元", "1,234.56 yuan"}, 1_234_567_890: {"1,234.57 万元", "12,345,678.90 yuan"}, -50: {"-0.50 元", "-0.50 yuan"},
	} {
		if zh, en := FormatMoney(text.ZH, fen), FormatMoney(text.EN, fen); zh != want[0] || en != want[1] {
			t.Errorf("%d fen: %q, %q", fen, zh, en)
		}
	}
}

func TestLabel(t *testing.T) {
	for _, c := range []struct {
		dim      Dim
		id, name string
		zh, en   string
	}{
		{ByManager, "", "", "未分配", "Unassigned"}, {ByManager, "m1", "王芳", "王芳", "王芳"}, {ByManager, "m1", "", "m1", "m1"},
		{ByTier, "1", "", "一级", "Tier 1"}, {ByTier, "", "", "未定级", "No tier"}, {ByMonth, "2026-09", "", "2026年9月", "2026-09"},
		{ByKind, "complaint", "complaint", "投诉", "Complaint"}, {ByRegion, "", "", "未知区域", "Unknown region"},
	} {
		if zh, en := Label(text.ZH, c.dim, c.id, c.name), Label(text.EN, c.dim, c.id, c.name); zh != c.zh || en != c.en {
			t.Errorf("%s %q: %q, %q", c.dim, c.id, zh, en)
		}
	}
	for _, s := range []Status{NotDefined, NoData, Unset, Immature, SmallSample, OK} {
		if !text.Has("kpi.status." + string(s)) {
			t.Errorf("no words for the status %s", s)
		}
	}
}

func TestMeets(t *testing.T) {
	up, down := Definition{Direction: "up"}, Definition{Direction: "down"}
	for _, c := range []struct {
		d    Definition
		v    float64
		want bool
	}{{up, .9, true}, {up, .899, false}, {down, .9, true}, {down, .901, false}} {
		if got, ok := c.d.Meets(num(c.v), num(.9)); got != c.want || !ok {
			t.Errorf("%s %v: %v", c.d.Direction, c.v, got)
		}
	}
	if _, ok := up.Meets(nil, num(.9)); ok {
		t.Error("no value, yet judged")
	}
	if up.Better(num(2), num(1)) != 1 || down.Better(num(2), num(1)) != -1 || up.Better(num(1), num(1)) != 0 || up.Better(nil, num(1)) != 0 {
		t.Error("Better")
	}
}

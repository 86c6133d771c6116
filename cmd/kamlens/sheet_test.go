package main

import (
	"strings"
	"testing"
)

// TestWriteTable: a Chinese character takes two columns, so the numbers end in one line: "张辉" (4) beside "Ann" (3).
func TestWriteTable(t *testing.T) {
	var out strings.Builder
	err := writeTable(&out, sheet{head: []string{"经理", "n", "状态"}, text: 1, rows: [][]string{{"张辉", "9", "正常"}, {"Ann", "1,234", "样本不足"}}})
	want := "经理      n  状态\n" + "张辉      9  正常\n" + "Ann   1,234  样本不足\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out.String(), want)
	}
}

func TestColumns(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "张辉": 4, "95% 区间": 8, "—": 1, "–": 1, "（）": 4, "\xff": 1} {
		if got := columns(s); got != want {
			t.Errorf("%q: %d columns, want %d", s, got, want)
		}
	}
}

// TestWriteCSV: the mark of UTF-8 first; words that look like formulas are guarded, negative numbers are not.
func TestWriteCSV(t *testing.T) {
	var out strings.Builder
	err := writeCSV(&out, sheet{head: []string{"name", "value", "notes"}, text: 1, rows: [][]string{{"=HYPERLINK(\"x\")", "-12.5", "@y"}, {"张辉, 王芳", "0.5", ""}}})
	want := "\ufeffname,value,notes\r\n" + "\"'=HYPERLINK(\"\"x\"\")\",-12.5,'@y\r\n" + "\"张辉, 王芳\",0.5,\r\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%q\nwant\n%q", err, out.String(), want)
	}
}

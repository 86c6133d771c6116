package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

const caseHead = "case_id,customer_id,kind,created_at\n"

// caseRow is one good row of a case file.
func caseRow(i int) string { return fmt.Sprintf("%d,C%d,fault,2026-10-01 08:00:00\n", i, i) }

func zipOf(t *testing.T, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func bookOf(t *testing.T, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRun_refusesWholeFiles: one test for every rule that refuses a file, with its message in both languages; nothing
// of the file is stored, and the other file of the source is.
func TestRun_refusesWholeFiles(t *testing.T) {
	many := caseHead
	for i := range 100 {
		if i%4 == 0 {
			many += fmt.Sprintf("%d,C1,fault,10/31/2026\n", i) // 25 of 100
		} else {
			many += caseRow(i)
		}
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("工单编号,customer_id,kind,created_at\n1,客户,fault,2026-10-01\n")
	if err != nil {
		t.Fatal(err)
	}
	bomb := zipOf(t, map[string]string{"xl/workbook.xml": strings.Repeat("a", 32<<20)})
	for _, tc := range []struct {
		name, file, content, extra string
		zh, en                     string
	}{
		{"required column missing", "b.csv", "case_id,kind,created_at\n1,fault,2026-10-01\n", "",
			"FILE：缺少必填列 customer_id (客户编号)；文件的表头：case_id | kind | created_at",
			"FILE: required columns are missing: customer_id (客户编号); the file's headers: case_id | kind | created_at"},
		{"tabs in a csv", "b.csv", "case_id\tcustomer_id\tkind\tcreated_at\n1\tC1\tfault\t2026-10-01\n", "",
			"FILE：没有一列对得上，表头没有被分开：case_id\tcustomer_id\tkind\tcreated_at；请在来源里写 delimiter: \"tab\"",
			"FILE: no column is found, for the header was not cut into cells: case_id\tcustomer_id\tkind\tcreated_at; give the source delimiter: \"tab\""},
		{"semicolons, mapped", "b.csv", "a;b\n1;2\n", "columns: {kind: a}",
			"FILE：没有一列对得上，表头没有被分开：a;b；请在来源里写 delimiter: \";\"",
			"FILE: no column is found, for the header was not cut into cells: a;b; give the source delimiter: \";\""},
		{"mapped header missing", "b.csv", caseHead + caseRow(1), "columns: {kind: 类型}",
			"FILE：没有列“类型”；文件的表头：case_id | customer_id | kind | created_at",
			"FILE: there is no column \"类型\"; the file's headers: case_id | customer_id | kind | created_at"},
		{"equal headers, one mapped", "b.csv", "case_id,customer_id,kind,created_at,级,级\n1,C1,fault,2026-10-01,高,低\n", "columns: {category: 级}",
			"FILE：用到的列“级”出现不止一次（第 5, 6 列），无法判断取哪一列",
			"FILE: the column \"级\" is used but occurs more than once (columns 5, 6), so nobody can say which is meant"},
		{"equal headers, found by alias", "b.csv", "case_id,客户编号,客户编号,kind,created_at\n1,C1,C1,fault,2026-10-01\n", "",
			"FILE：用到的列“客户编号”出现不止一次（第 2, 3 列），无法判断取哪一列",
			"FILE: the column \"客户编号\" is used but occurs more than once (columns 2, 3), so nobody can say which is meant"},
		{"too many rejects", "b.csv", many, "",
			"FILE：100 行中有 25 行不合格，超过 5%；第一处：第 2 行，列“created_at”，值“10/31/2026”。用 --dry-run 查看全部",
			"FILE: 25 of 100 rows are not acceptable, more than 5 %; the first: line 2, column \"created_at\", value \"10/31/2026\". See them with --dry-run"},
		{"every row rejected", "b.csv", caseHead + "1,C1,fault,10/31/2026\n2,C2,fault,10/31/2026\n", "",
			"FILE：2 行全部不合格；第一处：第 2 行，列“created_at”，值“10/31/2026”。用 --dry-run 查看全部",
			"FILE: none of its 2 rows is acceptable; the first: line 2, column \"created_at\", value \"10/31/2026\". See them with --dry-run"},
		{"cut off inside a row", "b.csv", caseHead + caseRow(1) + "2,C2", "",
			"FILE：文件被截断，最后的第 3 行没有行尾，只有 2 列，应为 4 列",
			"FILE: the file is cut off: line 3, the last, has no line end and 2 cells instead of 4"},
		{"open quote", "b.csv", caseHead + caseRow(1) + "2,\"C2,fault,2026-10-01\n3,C3,fault,2026-10-01\n", "",
			"FILE：从第 3 行开始的引号没有闭合，文件不完整",
			"FILE: the quote opened in line 3 is never closed, the file is incomplete"},
		{"endless row", "b.csv", caseHead + "1," + strings.Repeat("x", maxRecord+1) + ",fault,2026-10-01\n", "",
			"FILE：第 2 行超过 1048576 字节；可能有未闭合的引号",
			"FILE: line 2 is longer than 1048576 bytes; a quote may be left open"},
		{"fewer rows than announced", "b.csv", caseHead + caseRow(1), "expect_rows: 2",
			"FILE：只有 1 行，expect_rows 要求 2 行", "FILE: 1 row, expect_rows says 2"},
		{"empty", "b.csv", "", "", "FILE：文件为空，没有第 1 行表头", "FILE: the file is empty, there is no header in row 1"},
		{"NUL", "b.csv", caseHead + "1,C\x001,fault,2026-10-01\n", "",
			"FILE：文本中有 NUL 字节，文件已损坏或不是文本；应为 UTF-8 或 GB18030 文本；若是没有字节顺序标记的 UTF-16，请在来源里写 encoding: utf-16le（或 utf-16be）",
			"FILE: the text holds NUL bytes, so it is damaged or no text; expected UTF-8 or GB18030 text; if it is UTF-16 without a byte order mark, give the source encoding: utf-16le (or utf-16be)"},
		{"declared UTF-8 and is not", "b.csv", gb, "encoding: utf-8", "FILE：内容不是 UTF-8；请核对 encoding:",
			"FILE: the content is not UTF-8; check encoding:"},
		{"undecodable", "b.csv", caseHead + caseRow(1) + "2,\xff\xff,fault,2026-10-01\n", "",
			"FILE：第 3 行附近有无法解码的字节；应为 UTF-8、UTF-16 或 GB18030，请核对 encoding:",
			"FILE: bytes near line 3 cannot be decoded; expected UTF-8, UTF-16 or GB18030, check encoding:"},
		{"xlsx called csv", "b.csv", zipOf(t, map[string]string{"a": "b"}), "",
			"FILE：文件名说是 csv，内容却是 zip/xlsx", "FILE: its name says csv, its content is zip/xlsx"},
		{"csv called xlsx", "b.xlsx", caseHead + caseRow(1), "",
			"FILE：文件名说是 xlsx，内容却是 text", "FILE: its name says xlsx, its content is text"},
		{"gzip called csv", "b.csv", "\x1f\x8b\x08\x00", "",
			"FILE：文件名说是 csv，内容却是 gzip", "FILE: its name says csv, its content is gzip"},
		{"old xls called xlsx", "b.xlsx", "\xd0\xcf\x11\xe0rest", "",
			"FILE：文件名说是 xlsx，内容却是 xls/encrypted xlsx", "FILE: its name says xlsx, its content is xls/encrypted xlsx"},
		{"unknown format", "b.ods", "PAR1", "",
			"FILE：格式 \"ods\" 不能读取；可用 csv、tsv、xlsx、ndjson、parquet、arrow（或用 format: 写明）",
			"FILE: format \"ods\" cannot be read; use csv, tsv, xlsx, ndjson, parquet or arrow (or say it with format:)"},
		{"half a workbook", "b.xlsx", bookOf(t, func(*excelize.File) {})[:3000], "",
			"FILE：工作簿已损坏或不完整，无法打开", "FILE: the workbook is damaged or incomplete and cannot be opened"},
		{"zip that is no workbook", "b.xlsx", zipOf(t, map[string]string{"a": "b"}), "",
			"FILE：工作簿已损坏或不完整，无法打开", "FILE: the workbook is damaged or incomplete and cannot be opened"},
		{"zip bomb", "b.xlsx", bomb, "",
			"FILE：工作簿解压后过大（32 MB，上限 1024 MB，或压缩比异常）",
			"FILE: the workbook unpacks to too much (32 MB, limit 1024 MB, or an abnormal ratio)"},
		{"no such sheet", "b.xlsx", bookOf(t, func(*excelize.File) {}), "sheet: 明细",
			"FILE：没有工作表 \"明细\"；现有：Sheet1", "FILE: there is no sheet \"明细\"; there are: Sheet1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, "  - {name: good, feed: cases, path: good.csv}\n  - {name: bad, feed: cases, path: 'b.*', "+tc.extra+"}\n")
			s.write("good.csv", caseHead+caseRow(999))
			path := s.write(tc.file, tc.content)
			for lang, want := range map[text.Lang]string{text.ZH: tc.zh, text.EN: tc.en} {
				r, out, err := s.run(Options{Lang: lang})
				if fault.ExitCode(err) != 3 || len(r) != 2 || r[1].Refused == nil {
					t.Fatalf("%v %+v", err, r)
				}
				got := strings.ReplaceAll(r[1].Refused.In(lang), path, "FILE")
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("%s: %s", lang, d)
				}
				if !strings.Contains(out, r[1].Refused.In(lang)) {
					t.Errorf("the message is not printed: %s", out)
				}
			}
			if got := s.query("select case_id from cases"); len(got) != 1 || got[0] != "999" {
				t.Errorf("stored: %v", got)
			}
			if got := s.query("select count(*) from rejects"); got[0] != "0" {
				t.Errorf("rejects stored: %v", got)
			}
			left, _ := filepath.Glob(filepath.Join(s.dir, "data", "tmp", "*-*"))
			for _, l := range left {
				if strings.Contains(l, "arrived-") || strings.Contains(l, "canonical-") {
					t.Errorf("left behind: %s", l)
				}
			}
		})
	}
}

func TestTake_refusesAFileThatChanges(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, []byte(caseHead), 0o600); err != nil {
		t.Fatal(err)
	}
	grow := func(int64) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString("x"); err != nil {
			t.Fatal(err)
		}
	}
	once := true
	_, err := take(context.Background(), path, filepath.Join(dir, "tmp"), ',', func(n int64) {
		if once {
			once = false
			grow(n)
		}
	})
	for lang, want := range map[text.Lang]string{
		text.ZH: path + "：读取过程中文件有变化；等它写完后再装入",
		text.EN: path + ": it changed while being read; load it again when it is complete",
	} {
		if got := fault.Text(lang, err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOpenXLSX_limits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	content := bookOf(t, func(f *excelize.File) {
		for r := range 10 {
			_ = f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", r+1), &[]int{1, 2, 3})
		}
		_ = f.SetCellInt("Sheet1", "A1048576", 1)
	})
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		lim    limits
		zh, en string
	}{
		"rows": {limits{bytes: 1 << 30, ratio: 200, entries: 100, rows: 5, cells: 1000},
			"：工作表行数过多（6 行，上限 5 行）", ": the sheet has too many rows (6, limit 5)"},
		"cells": {limits{bytes: 1 << 30, ratio: 200, entries: 100, rows: 2_000_000, cells: 20},
			"：工作表单元格过多（21 个，上限 20 个）", ": the sheet has too many cells (21, limit 20)"},
		"entries": {limits{bytes: 1 << 30, ratio: 200, entries: 3, rows: 2_000_000, cells: 1000},
			"：工作簿内的文件过多（9 个，上限 3 个）", ": the workbook holds too many parts (9, limit 3)"},
	} {
		in, err := openXLSX(&arrived{path: "F", copy: path}, "", tc.lim)
		for err == nil {
			_, err = in.Next()
		}
		if in != nil {
			if cerr := in.Close(); cerr != nil {
				t.Error(cerr)
			}
		}
		if got := fault.Text(text.ZH, err); got != "F"+tc.zh {
			t.Errorf("%s: %q", name, got)
		}
		if got := fault.Text(text.EN, err); got != "F"+tc.en {
			t.Errorf("%s: %q", name, got)
		}
	}
}

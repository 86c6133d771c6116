package reports

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// File is one written document.
type File struct {
	Path   string
	SHA256 string // hex
	Bytes  int64
}

// Render makes the bytes of doc in one format: xlsx or html.
func Render(ctx context.Context, doc Document, format string) ([]byte, error) {
	var out bytes.Buffer
	var err error
	switch format {
	case "xlsx":
		err = Workbook(&out, doc)
	case "html":
		err = HTML(ctx, &out, doc)
	default:
		return nil, fault.New(fault.Usage, "reports.format", format)
	}
	return out.Bytes(), err
}

// Write makes doc in every format and puts the files into dir, which is made when missing. Nothing is written before
// every format is made, and each file appears whole, by renaming.
func Write(ctx context.Context, doc Document, dir, name string, formats []string) ([]File, error) {
	contents := make([][]byte, len(formats))
	for i, format := range formats {
		var err error
		if contents[i], err = Render(ctx, doc, format); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("write report: %w", err)
	}
	var files []File
	for i, format := range formats {
		path := filepath.Join(dir, name+"."+format)
		if err := writeWhole(path, contents[i]); err != nil {
			return nil, fmt.Errorf("write report: %w", err)
		}
		sum := sha256.Sum256(contents[i])
		files = append(files, File{Path: path, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(contents[i]))})
	}
	return files, nil
}

// writeWhole writes data to a temporary file beside path, forces it to disk and renames it.
func writeWhole(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o640)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// FileName makes a name for the documents of one report: latin and safe on every system.
func FileName(report, period, managerID string) string {
	name := report + "-" + strings.ReplaceAll(period, "..", "-to-")
	if managerID != "" {
		name += "-" + strings.Map(func(r rune) rune {
			if strings.ContainsRune(`<>:"/\|?*`, r) || r < ' ' {
				return '_'
			}
			return r
		}, managerID)
	}
	return name
}

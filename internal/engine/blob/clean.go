// Package blob takes in files people hand in and keeps them: only JPEG, PNG and PDF, judged by their content, without the place
// and camera a photo remembers, sealed before they touch the disk. It knows nothing of whose they are.
package blob

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"strings"
	"unicode"

	"bangfu/internal/base/fault"
)

// Bounds of a file that is taken in.
const (
	MaxBytes  = 20 << 20
	MaxPixels = 60_000_000 // a phone's 50-megapixel mode; decoded it takes 90 MB
	maxSide   = 30_000     // pixels
)

// Kind is what a file is.
type Kind string

// The kinds taken in.
const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	PDF  Kind = "pdf"
)

// Mime gives the content type to serve it under.
func (k Kind) Mime() string {
	if k == PDF {
		return "application/pdf"
	}
	return "image/" + string(k)
}

// Cleaned is a file as it may be kept. W and H are pixels as seen, 0 for a PDF. Name is for show only.
type Cleaned struct {
	Name string
	Data []byte
	Kind Kind
	W, H int
}

// Clean looks at what was handed in and gives what may be kept of it: a JPEG upright and without EXIF, comments and what hangs
// behind its end, a PNG without texts, a PDF as it is. Faults: "blob.empty", "blob.large" (MB allowed), "blob.heic", "blob.kind",
// "blob.broken" (cut off or damaged), "blob.pixels" (too many), "blob.locked" (PDF with a password), "blob.active" (PDF with a
// program in it), "blob.attached" (PDF with files in it). What a PDF hides in packed objects is not seen, so it is served as a
// download.
func Clean(name string, data []byte) (Cleaned, error) {
	switch {
	case len(data) == 0:
		return Cleaned{}, invalid("blob.empty")
	case len(data) > MaxBytes:
		return Cleaned{}, invalid("blob.large", MaxBytes>>20)
	}
	kind, err := sniff(data)
	if err != nil {
		return Cleaned{}, err
	}
	c := Cleaned{Name: showName(name, kind), Kind: kind}
	switch kind {
	case PDF:
		c.Data, err = data, checkPDF(data)
	case PNG:
		if c.W, c.H, err = measure(data); err == nil {
			c.Data, err = cleanPNG(data)
		}
	case JPEG:
		if c.W, c.H, err = measure(data); err == nil {
			c.Data, err = cleanJPEG(data)
		}
		if err == nil {
			c.W, c.H, err = measure(c.Data)
		}
	}
	if err != nil {
		return Cleaned{}, err
	}
	return c, nil
}

func sniff(data []byte) (Kind, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(data, []byte(pngHead)):
		return PNG, nil
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF, nil
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		switch string(data[8:12]) {
		case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif":
			return "", invalid("blob.heic")
		}
	}
	return "", invalid("blob.kind")
}

// measure reads the size out of a picture's head and refuses one that would fill the memory.
func measure(data []byte) (w, h int, err error) {
	decode := jpeg.DecodeConfig
	if bytes.HasPrefix(data, []byte(pngHead)) {
		decode = png.DecodeConfig
	}
	cfg, err := decode(bytes.NewReader(data))
	if err != nil || cfg.Width < 1 || cfg.Height < 1 {
		return 0, 0, invalid("blob.broken")
	}
	if cfg.Width > maxSide || cfg.Height > maxSide || cfg.Width*cfg.Height > MaxPixels {
		return 0, 0, invalid("blob.pixels")
	}
	return cfg.Width, cfg.Height, nil
}

// decode gives the whole picture of a JPEG or PNG within the bounds.
func decode(data []byte) (image.Image, error) {
	if _, _, err := measure(data); err != nil {
		return nil, err
	}
	read := jpeg.Decode
	if bytes.HasPrefix(data, []byte(pngHead)) {
		read = png.Decode
	}
	img, err := read(bytes.NewReader(data))
	if err != nil {
		return nil, invalid("blob.broken")
	}
	return img, nil
}

// checkPDF looks for an end, a password and a program. Names may be spelt with #xx, so they are read first.
func checkPDF(data []byte) error {
	if !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
		return invalid("blob.broken")
	}
	names := plainNames(data)
	switch {
	case bytes.Contains(names, []byte("/Encrypt")):
		return invalid("blob.locked")
	case bytes.Contains(names, []byte("/JavaScript")), bytes.Contains(names, []byte("/Launch")):
		return invalid("blob.active")
	case bytes.Contains(names, []byte("/EmbeddedFile")):
		return invalid("blob.attached")
	}
	return nil
}

// plainNames undoes #4a in PDF names.
func plainNames(data []byte) []byte {
	if bytes.IndexByte(data, '#') < 0 {
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] == '#' && i+2 < len(data) {
			if hi, lo := hexValue(data[i+1]), hexValue(data[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		out = append(out, data[i])
	}
	return out
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// showName makes a file's name fit to be shown: its last part, no control or direction signs, at most 80 characters, and the
// ending of what it is.
func showName(name string, kind Kind) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimSuffix(name, filepath.Ext(name)), " .")
	if r := []rune(name); len(r) > 80 {
		name = string(r[:80])
	}
	if name == "" {
		name = "file"
	}
	return name + map[Kind]string{JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}[kind]
}

func invalid(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }

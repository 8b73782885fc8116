package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
)

// Values are the raw texts of a form by field name, kept as typed for showing again.
type Values map[string][]string

// Get gives the first text of a name, or "".
func (v Values) Get(name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return v[name][0]
}

// Show turns a filled struct into the texts a form shows when it opens for editing. Secrets and files are left out,
// and so are zero numbers that were never set (nil pointers).
func Show(from any) Values {
	out := Values{}
	v := reflect.Indirect(reflect.ValueOf(from))
	for _, f := range Describe(v.Type()) {
		x := v.FieldByIndex(f.index)
		if x.Kind() == reflect.Pointer {
			if x.IsNil() {
				continue
			}
			x = x.Elem()
		}
		switch f.Kind {
		case Secret, FileIn, OneTime:
		case Money:
			out[f.Name] = []string{money.Amount(x.Int()).Plain()}
		case Bool:
			if x.Bool() {
				out[f.Name] = []string{"1"}
			}
		case Picks:
			for i := range x.Len() {
				out[f.Name] = append(out[f.Name], x.Index(i).String())
			}
		default:
			if x.CanInt() {
				out[f.Name] = []string{strconv.FormatInt(x.Int(), 10)}
			} else if x.String() != "" {
				out[f.Name] = []string{x.String()}
			}
		}
	}
	return out
}

// Limit is the most bytes one posted form may have, files and all. Files stay in memory: a scan of an illness record
// never touches an unsealed temporary file.
const Limit = 32 << 20

// File is one posted file. Type is found from its bytes, never believed from the sender. The zero File is "none".
type File struct {
	Name, Type string
	Size       int64
	Sum        string // SHA-256 of the bytes in hex, so that two inputs with other files never look alike
	data       []byte
}

// Open gives a fresh reader over the file's bytes.
func (f File) Open() io.ReadSeeker { return bytes.NewReader(f.data) }

// NewFile makes a File from bytes that came another way (a test, an import, the API).
func NewFile(name string, data []byte) File {
	sum := sha256.Sum256(data)
	return File{Name: baseName(name), Type: sniff(data), Size: int64(len(data)), Sum: hex.EncodeToString(sum[:]), data: data}
}

// baseName drops folders that some browsers and senders put before the name.
func baseName(name string) string {
	return clean(name[strings.LastIndexAny(name, `/\`)+1:], false)
}

// sniff tells a file's type from its bytes; HEIC, which net/http does not know, is told by its brand.
func sniff(data []byte) string {
	if len(data) >= 12 && string(data[4:8]) == "ftyp" {
		switch string(data[8:12]) {
		case "heic", "heix", "hevc", "hevx", "mif1", "msf1":
			return "image/heic"
		}
	}
	t, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return t
}

// Parse takes in the body of a post within Limit and gives its texts. It may be called again. Faults: "form.big",
// "form.body" (cut off or not a form).
func Parse(r *http.Request) (Values, error) {
	if r.PostForm == nil {
		r.Body = http.MaxBytesReader(nil, r.Body, Limit)
	}
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(Limit)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if _, tooBig := err.(*http.MaxBytesError); tooBig || strings.Contains(err.Error(), "too large") {
			return nil, fault.New(fault.Invalid, "form.big", Limit>>20)
		}
		return nil, fault.New(fault.Invalid, "form.body")
	}
	return Values(r.PostForm), nil
}

// Read fills a pointer to struct from a posted form. All that is wrong comes back at once: one "form" fault list with a
// part for each field (see Decode for its keys); Parse's faults when the body cannot be read.
func Read(r *http.Request, into any) error {
	values, err := Parse(r)
	if err != nil {
		return err
	}
	files := map[string][]File{}
	if r.MultipartForm != nil {
		for name, heads := range r.MultipartForm.File {
			for _, h := range heads {
				if h.Size == 0 && h.Filename == "" {
					continue
				}
				f, err := h.Open()
				if err != nil {
					return err
				}
				data, err := io.ReadAll(io.LimitReader(f, Limit))
				f.Close()
				if err != nil {
					return err
				}
				files[name] = append(files[name], NewFile(h.Filename, data))
			}
		}
	}
	return decode(values, files, into)
}

// Unknown counts the posted names that the struct has no field for, for the caller's counter; they are otherwise
// ignored. Names that begin with an underscore belong to the house.
func Unknown(v Values, into any) int {
	fields, n := Describe(reflect.TypeOf(into)), 0
	for name := range v {
		known := slices.ContainsFunc(fields, func(f Field) bool { return f.Name == name })
		if !known && !strings.HasPrefix(name, "_") {
			n++
		}
	}
	return n
}

// Checker is an input with rules across its fields: Check is called when every field has its shape, and gives nil or one
// fault (a fault.List's Err when several).
type Checker interface{ Check() error }

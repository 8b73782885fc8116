package blob

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"bangfu/internal/base/fault"
	"bangfu/internal/base/words"
)

// picture is w × h: red, green on top, blue, white below, so that every turn shows.
func picture(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, quarters()[y*2/h*2+x*2/w])
		}
	}
	return img
}

func quarters() [4]color.RGBA {
	return [4]color.RGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with puts segments behind the start of a JPEG.
func with(data []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{data[:2], bytes.Join(segments, nil), data[2:]}, nil)
}

func seg(marker byte, body string) []byte {
	n := len(body) + 2
	return append([]byte{0xff, marker, byte(n >> 8), byte(n)}, body...)
}

// exif says an orientation and hides a place in both byte orders.
func exif(order binary.AppendByteOrder, turn int) []byte {
	b := []byte("Exif\x00\x00")
	if order.String() == "BigEndian" {
		b = append(b, "MM"...)
	} else {
		b = append(b, "II"...)
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, tag := range [][2]uint16{{0x010f, 1}, {0x0112, uint16(turn)}} {
		b = order.AppendUint16(b, tag[0])
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, tag[1])
		b = order.AppendUint16(b, 0)
	}
	return seg(0xe1, string(b)+"GPS-PLACE")
}

func near(c color.Color, want color.RGBA) bool {
	r, g, b, _ := c.RGBA()
	for _, pair := range [][2]int{{int(r >> 8), int(want.R)}, {int(g >> 8), int(want.G)}, {int(b >> 8), int(want.B)}} {
		if d := pair[0] - pair[1]; d > 40 || d < -40 {
			return false
		}
	}
	return true
}

func TestPhotoLosesWhatItRemembers(t *testing.T) {
	raw := asJPEG(t, picture(64, 32))
	dirty := with(raw, exif(binary.BigEndian, 1), seg(0xe1, "http://ns.adobe.com/xap/1.0/\x00XMP-PLACE"), seg(0xfe, "COMMENT"), seg(0xed, "IPTC"),
		seg(0xe2, "MPF\x00SECOND"), seg(0xe2, "ICC_PROFILE\x00\x01\x01P3"), seg(0xe0, "JFXX\x00THUMB"), seg(0xef, "MAKER"))
	dirty = append(dirty, "TRAILER<script>"...)
	c, err := Clean(`C:\照片\IMG 1.JPEG`, dirty)
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"PLACE", "COMMENT", "IPTC", "SECOND", "THUMB", "MAKER", "TRAILER", "Exif"} {
		if bytes.Contains(c.Data, []byte(gone)) {
			t.Errorf("%s is still there", gone)
		}
	}
	if !bytes.Contains(c.Data, []byte("ICC_PROFILE\x00\x01\x01P3")) {
		t.Error("the colour profile is gone")
	}
	if c.Kind != JPEG || c.W != 64 || c.H != 32 || c.Name != "IMG 1.jpg" || c.Kind.Mime() != "image/jpeg" {
		t.Errorf("%+v", c)
	}
	a, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	b, err := jpeg.Decode(bytes.NewReader(c.Data))
	if err != nil || !bytes.Equal(a.(*image.YCbCr).Y, b.(*image.YCbCr).Y) {
		t.Errorf("an upright photo must keep every pixel: %v", err)
	}
	again, err := Clean(c.Name, c.Data)
	if err != nil || !bytes.Equal(again.Data, c.Data) {
		t.Errorf("cleaning twice changes it: %v", err)
	}
}

// What is stored under each orientation is the picture that its own undoing must show upright.
func TestPhotoIsTurnedUpright(t *testing.T) {
	undo := map[int]int{2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
	for _, size := range [][2]int{{64, 32}, {67, 33}} {
		for turn := 1; turn <= 8; turn++ {
			for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
				stored := picture(size[0], size[1])
				if turn > 1 {
					stored, _ = upright(stored, undo[turn])
				}
				dirty := with(asJPEG(t, stored), exif(order, turn), seg(0xe2, "ICC_PROFILE\x00\x01\x01P3"))
				c, err := Clean("x", dirty)
				if err != nil {
					t.Fatal(err)
				}
				if c.W != size[0] || c.H != size[1] || bytes.Contains(c.Data, []byte("Exif")) || !bytes.Contains(c.Data, []byte("ICC_PROFILE")) {
					t.Errorf("turn %d: %d × %d", turn, c.W, c.H)
				}
				img, err := jpeg.Decode(bytes.NewReader(c.Data))
				if err != nil {
					t.Fatal(err)
				}
				for q, want := range quarters() {
					x, y := c.W/4+q%2*c.W/2, c.H/4+q/2*c.H/2
					if !near(img.At(x, y), want) {
						t.Errorf("turn %d %s: quarter %d is %v, want %v", turn, order, q, img.At(x, y), want)
					}
				}
			}
		}
	}
}

// Every kind of pixels is turned to the same picture.
func TestTurnsAgree(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		src := image.NewYCbCr(image.Rect(0, 0, 32, 16), ratio)
		for y := range 16 {
			for x := range 32 {
				yy, cb, cr := color.RGBToYCbCr(uint8(x/16*200), uint8(y/8*200), 90)
				src.Y[src.YOffset(x, y)], src.Cb[src.COffset(x, y)], src.Cr[src.COffset(x, y)] = yy, cb, cr
			}
		}
		rgba := image.NewRGBA(src.Rect)
		for y := range 16 {
			for x := range 32 {
				rgba.Set(x, y, src.At(x, y))
			}
		}
		for turn := 2; turn <= 8; turn++ {
			a, _ := upright(src, turn)
			b, _ := upright(rgba, turn)
			if a.Bounds() != b.Bounds() {
				t.Fatalf("%v turn %d: %v, %v", ratio, turn, a.Bounds(), b.Bounds())
			}
			for y := range a.Bounds().Dy() {
				for x := range a.Bounds().Dx() {
					if c := b.At(x, y).(color.RGBA); !near(a.At(x, y), c) {
						t.Fatalf("%v turn %d at %d,%d: %v, want %v", ratio, turn, x, y, a.At(x, y), c)
					}
				}
			}
		}
	}
	grey := image.NewGray(image.Rect(0, 0, 3, 2))
	grey.SetGray(0, 0, color.Gray{200})
	if got, same := upright(grey, 6); !same || got.At(1, 0).(color.Gray).Y != 200 || got.Bounds() != image.Rect(0, 0, 2, 3) {
		t.Error("a grey picture is turned wrongly")
	}
}

func chunk(name, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestPNGLosesTexts(t *testing.T) {
	raw := asPNG(t, picture(20, 10))
	at := len(pngHead) + 25 // behind IHDR
	dirty := bytes.Join([][]byte{raw[:at], chunk("tEXt", "Author\x00PLACE"), chunk("eXIf", "PLACE"), chunk("tIME", "1234567"), raw[at:], []byte("TRAILER")}, nil)
	c, err := Clean("a.png", dirty)
	if err != nil || !bytes.Equal(c.Data, raw) || c.W != 20 || c.H != 10 || c.Kind.Mime() != "image/png" {
		t.Errorf("%v, %d bytes, want %d", err, len(c.Data), len(raw))
	}
}

const tinyPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func TestRefused(t *testing.T) {
	photo, drawing := asJPEG(t, picture(64, 32)), asPNG(t, picture(20, 10))
	huge := bytes.Clone(drawing)
	binary.BigEndian.PutUint32(huge[16:], 20_000)
	binary.BigEndian.PutUint32(huge[20:], 20_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	hugeJPEG := bytes.Clone(photo)
	sof := bytes.Index(hugeJPEG, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(hugeJPEG[sof+5:], 60_000)
	for _, tt := range []struct {
		name string
		data []byte
		key  string
	}{
		{"nothing", nil, "blob.empty"},
		{"too large", make([]byte, MaxBytes+1), "blob.large"},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "blob.heic"},
		{"heif", []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00"), "blob.heic"},
		{"video", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"), "blob.kind"},
		{"gif", []byte("GIF89a\x01\x00\x01\x00"), "blob.kind"},
		{"html called jpg", []byte("<html><script>"), "blob.kind"},
		{"zip", []byte("PK\x03\x04"), "blob.kind"},
		{"program", []byte("MZ\x90\x00"), "blob.kind"},
		{"photo cut off", photo[:len(photo)-2], "blob.broken"},
		{"photo cut short", photo[:len(photo)/2], "blob.broken"},
		{"photo head only", photo[:4], "blob.broken"},
		{"drawing cut off", drawing[:len(drawing)-5], "blob.broken"},
		{"drawing changed", append(append(bytes.Clone(drawing[:45]), drawing[45]^1), drawing[46:]...), "blob.broken"},
		{"pixel bomb", huge, "blob.pixels"},
		{"jpeg bomb", hugeJPEG, "blob.pixels"},
		{"turned but broken", with(photo[:sof+19], exif(binary.BigEndian, 6), nil), "blob.broken"},
		{"pdf cut off", []byte(tinyPDF[:40]), "blob.broken"},
		{"pdf locked", []byte(strings.Replace(tinyPDF, "<</Root", "<</Encrypt 5 0 R/Root", 1)), "blob.locked"},
		{"pdf with program", []byte(strings.Replace(tinyPDF, "/Type", "/S/JavaScript/JS(x)/Type", 1)), "blob.active"},
		{"pdf with hidden program", []byte(strings.Replace(tinyPDF, "/Type", "/S/J#61vaScr#69pt/Type", 1)), "blob.active"},
		{"pdf that starts one", []byte(strings.Replace(tinyPDF, "/Type", "/S/Launch/Type", 1)), "blob.active"},
		{"pdf with a file in it", []byte(strings.Replace(tinyPDF, "/Type", "/Names<</EmbeddedFiles 3 0 R>>/Type", 1)), "blob.attached"},
		{"pdf with a hidden file", []byte(strings.Replace(tinyPDF, "/Type", "/Type/#45mbeddedFile/X", 1)), "blob.attached"},
	} {
		c, err := Clean("x", tt.data)
		f := fault.Of(err)
		if !fault.Is(err, tt.key) {
			t.Errorf("%s: %v, %v, want %s", tt.name, c.Kind, err, tt.key)
		} else if words.T(words.Zh, f.Key, f.Args...) == f.Key || words.T(words.En, f.Key, f.Args...) == words.T(words.Zh, f.Key, f.Args...) {
			t.Errorf("%s has no words", f.Key)
		}
	}
	c, err := Clean("证明", []byte(tinyPDF))
	if err != nil || c.Kind != PDF || c.Name != "证明.pdf" || string(c.Data) != tinyPDF || c.Kind.Mime() != "application/pdf" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestShowName(t *testing.T) {
	for in, want := range map[string]string{
		"": "file.jpg", "../../etc/passwd": "passwd.jpg", `a\b\c.HEIC`: "c.jpg", "医保 单.jpeg": "医保 单.jpg", "x\u202egpj.exe": "xgpj.jpg", "a\r\nb.jpg": "ab.jpg",
		".jpg": "file.jpg", strings.Repeat("长", 99): strings.Repeat("长", 80) + ".jpg", "<b>\xff.jpg": "b.jpg",
	} {
		if got := showName(in, JPEG); got != want {
			t.Errorf("showName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestThumbnail(t *testing.T) {
	for name, data := range map[string][]byte{"jpeg": asJPEG(t, picture(400, 200)), "png": asPNG(t, picture(400, 200))} {
		small, err := Thumbnail(data, 100)
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(small))
		if err != nil || img.Bounds() != image.Rect(0, 0, 100, 50) {
			t.Fatalf("%s: %v, %v", name, img.Bounds(), err)
		}
		for q, want := range quarters() {
			if got := img.At(25+q%2*50, 12+q/2*25); !near(got, want) {
				t.Errorf("%s: quarter %d is %v, want %v", name, q, got, want)
			}
		}
	}
	clear := asPNG(t, image.NewNRGBA(image.Rect(0, 0, 5, 3000)))
	small, err := Thumbnail(clear, 300)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := jpeg.Decode(bytes.NewReader(small)); err != nil || img.Bounds() != image.Rect(0, 0, 1, 300) || !near(img.At(0, 7), color.RGBA{255, 255, 255, 255}) {
		t.Errorf("a clear strip: %v, %v", img.Bounds(), err)
	}
	if _, err := Thumbnail([]byte(tinyPDF), 100); !fault.Is(err, "blob.kind") {
		t.Errorf("a PDF: %v", err)
	}
	if _, err := Thumbnail(asJPEG(t, picture(64, 32))[:300], 100); !fault.Is(err, "blob.broken") {
		t.Errorf("a broken photo: %v", err)
	}
}

func FuzzClean(f *testing.F) {
	f.Add(with(asJPEG(f, picture(8, 6)), exif(binary.BigEndian, 6)))
	f.Add(with(asJPEG(f, image.NewGray(image.Rect(0, 0, 3, 5))), exif(binary.LittleEndian, 3)))
	f.Add(asPNG(f, picture(4, 3)))
	f.Add([]byte(tinyPDF))
	f.Add([]byte("\xff\xd8\xff\xda\x00\x02\xff\xff\xd9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if w, h, err := measure(data); err == nil && w*h > 1<<20 {
			return // right to read, but too slow to fuzz with
		}
		c, err := Clean("x", data)
		if err != nil {
			if fault.Of(err).Kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := Clean(c.Name, c.Data)
		if err != nil || again.Kind != c.Kind || !bytes.Equal(again.Data, c.Data) || again.W != c.W || again.H != c.H {
			t.Fatalf("cleaning twice: %v", fmt.Sprint(err))
		}
		if c.Kind == JPEG && bytes.Contains(c.Data[:min(len(c.Data), 64)], []byte("Exif\x00\x00")) {
			t.Fatal("EXIF is left")
		}
	})
}

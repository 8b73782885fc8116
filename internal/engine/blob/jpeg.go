package blob

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
)

// cleanJPEG drops every segment that is not needed to show the picture, and everything behind its end. A picture that EXIF
// says lies on its side is turned and written anew, for the note that said so is dropped.
func cleanJPEG(data []byte) ([]byte, error) {
	var out, colour bytes.Buffer
	out.Write(data[:2])
	turn := 1
	for rest := data[2:]; ; {
		seg, ok := nextSegment(rest)
		if !ok {
			return nil, invalid("blob.broken")
		}
		rest = rest[len(seg.skip)+len(seg.bytes):]
		switch {
		case seg.marker == 0xd9:
			out.Write([]byte{0xff, 0xd9})
			if turn > 1 {
				return turned(out.Bytes(), colour.Bytes(), turn)
			}
			return out.Bytes(), nil
		case seg.marker == 0xe1:
			if o := orientation(seg.body); o > 1 {
				turn = o
			}
		case keep(seg):
			out.Write(seg.bytes)
			if seg.marker == 0xe2 {
				colour.Write(seg.bytes)
			}
		}
	}
}

// segment is one piece of a JPEG: fill bytes before it, its own bytes with marker and length, its body. A scan's segment runs on
// to the next marker.
type segment struct {
	skip, bytes, body []byte
	marker            byte
}

func nextSegment(data []byte) (segment, bool) {
	var s segment
	n := 0
	for n < len(data) && data[n] == 0xff {
		n++
	}
	if n == 0 || n >= len(data) || data[n] == 0 {
		return s, false
	}
	s.skip, data = data[:n-1], data[n-1:]
	s.marker = data[1]
	if s.marker >= 0xd0 && s.marker <= 0xd9 || s.marker == 1 {
		s.bytes = data[:2]
		return s, true
	}
	if len(data) < 4 {
		return s, false
	}
	size := 2 + int(binary.BigEndian.Uint16(data[2:]))
	if size < 4 || size > len(data) {
		return s, false
	}
	s.body = data[4:size]
	if s.marker == 0xda {
		size += scan(data[size:])
	}
	s.bytes = data[:size]
	return s, true
}

// scan gives the length of the coded picture up to the next marker that is no restart.
func scan(data []byte) int {
	for i := 0; i+1 < len(data); i++ {
		if data[i] == 0xff && data[i+1] != 0 && data[i+1] != 0xff && (data[i+1] < 0xd0 || data[i+1] > 0xd7) {
			return i
		}
	}
	return len(data)
}

// keep says which segments show the picture: tables, frames and scans; of the application's own JFIF without its small
// picture, the colour profile, and Adobe's note of the colour space.
func keep(s segment) bool {
	switch {
	case s.marker == 0xe0:
		return bytes.HasPrefix(s.body, []byte("JFIF\x00")) && len(s.body) == 14
	case s.marker == 0xe2:
		return bytes.HasPrefix(s.body, []byte("ICC_PROFILE\x00"))
	case s.marker == 0xee:
		return bytes.HasPrefix(s.body, []byte("Adobe")) && len(s.body) == 12
	}
	return s.marker < 0xe0 && s.marker != 0xd8
}

// orientation reads tag 0x0112 out of an EXIF segment: 1 is upright, 2 to 8 are turned or mirrored, 0 is not said.
func orientation(body []byte) int {
	tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	} else if string(tiff[:2]) != "II" {
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

// turned writes the picture anew, upright, with its colour profile.
func turned(data, colour []byte, turn int) ([]byte, error) {
	img, err := decode(data)
	if err != nil {
		return nil, err
	}
	img, sameColours := upright(img, turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		return nil, invalid("blob.broken")
	}
	if !sameColours || len(colour) == 0 {
		return out.Bytes(), nil
	}
	b := out.Bytes()
	return bytes.Join([][]byte{b[:2], colour, b[2:]}, nil), nil
}

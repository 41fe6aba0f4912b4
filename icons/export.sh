#!/bin/sh
# Makes every icon file from the SVGs beside this script. The same SVGs give the same bytes.
# Needs the Debian packages librsvg2-bin, imagemagick and icnsutils.
set -eu
cd "$(dirname "$0")"
for tool in rsvg-convert convert png2icns; do
    command -v "$tool" >/dev/null ||
        { echo "$tool is missing: apt-get install librsvg2-bin imagemagick icnsutils" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without dates and without the exact version of the tool that wrote it.
clean() { convert "$1" -strip -define png:exclude-chunks=date,time "PNG32:$2"; }

# picture SIZE FILE: the icon, from the drawing that is meant for that size.
picture() {
    if [ "$1" -le 32 ]; then drawing=warifu-small.svg; else drawing=warifu.svg; fi
    rsvg-convert --width "$1" --height "$1" "$drawing" --output "$work/picture.png"
    clean "$work/picture.png" "$2"
}

picture 32 32x32.png
picture 128 128x128.png
picture 256 128x128@2x.png
picture 512 icon.png

for size in 16 20 24 32 40 48 64 128 256 512 1024; do
    picture "$size" "$work/$size.png"
done
(cd "$work" && convert 16.png 20.png 24.png 32.png 40.png 48.png 64.png 256.png icon.ico)
cp "$work/icon.ico" icon.ico
(cd "$work" && png2icns icon.icns 16.png 32.png 48.png 128.png 256.png 512.png 1024.png >/dev/null)
cp "$work/icon.icns" icon.icns

# The tray icons: the small drawing, and over it the badge of the state. "Fine" has none.
for state in fine soon urgent expired; do
    for size in 32 64; do
        rsvg-convert --width "$size" --height "$size" warifu-small.svg --output "$work/tray.png"
        if [ "$state" != fine ]; then
            rsvg-convert --width "$size" --height "$size" "badge-$state.svg" --output "$work/badge.png"
            convert "$work/tray.png" "$work/badge.png" -composite "$work/tray.png"
        fi
        if [ "$size" = 32 ]; then name=tray-$state.png; else name=tray-$state@2x.png; fi
        clean "$work/tray.png" "$name"
    done
done

# The picture beside the first and the last page of setup.exe.
convert -size 164x314 xc:'#f4efe6' "$work/128.png" -geometry +18+60 -composite -colors 256 \
    -type palette "BMP3:../packaging/windows/setup.bmp"

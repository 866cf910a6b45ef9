"""A screenshot with at most 256 colours, which is a fifth of its size and looks the same."""

import base64
import json
import struct
import zlib
from typing import Final

from playwright.async_api import Page

# Counting pixels takes a browser a moment, and Python a minute.
_REDUCE: Final = """
async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const data = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const pixel of data) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const apart = ([r, g, b], [red, green, blue]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  // Those that are seen most; then, so that no rare hue is lost, again and again the one that is least like all of them.
  const common = [...counts].sort((one, other) => other[1] - one[1]).map(([pixel]) => pixel);
  const palette = common.slice(0, 160);
  const left = common.slice(160).map((pixel) => ({ pixel, off: Math.min(...palette.map((one) => apart(parts(one), parts(pixel)))) }));
  while (palette.length < 256 && left.length) {
    const most = left.reduce((one, other) => (other.off > one.off ? other : one));
    palette.push(most.pixel);
    for (const one of left) one.off = Math.min(one.off, apart(parts(most.pixel), parts(one.pixel)));
  }
  const nearest = new Map(palette.map((pixel, place) => [pixel, place]));
  const split = palette.map(parts);
  const find = (pixel) => {
    let best = 0, least = Infinity;
    split.forEach((colour, place) => {
      const off = apart(colour, parts(pixel));
      if (off < least) [best, least] = [place, off];
    });
    nearest.set(pixel, best);
    return best;
  };
  const indices = new Uint8Array(data.length);
  data.forEach((pixel, place) => { indices[place] = nearest.get(pixel) ?? find(pixel); });
  let text = "";
  for (let at = 0; at < indices.length; at += 32768) text += String.fromCharCode(...indices.subarray(at, at + 32768));
  return JSON.stringify({ width: image.width, height: image.height, palette: split, indices: btoa(text) });
}
"""


async def reduced(page: Page, png: bytes) -> bytes:
    """The same picture as a PNG with a palette."""
    told = json.loads(await page.evaluate(_REDUCE, base64.b64encode(png).decode()))
    width, height, indices = told["width"], told["height"], base64.b64decode(told["indices"])
    rows = b"".join(b"\x00" + indices[row * width : (row + 1) * width] for row in range(height))
    colours = b"".join(bytes(colour) for colour in told["palette"])
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

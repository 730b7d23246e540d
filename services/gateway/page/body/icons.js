// A small picture of each kind of wearable, 24 x 24, drawn in strokes.

const paths = {
  glasses: 'M2 12h3M19 12h3M5 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0M12 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0',
  earbud: 'M9 4a5 5 0 1 0 3 9v6.5a1.5 1.5 0 0 0 3 0V9a5 5 0 0 0-6-5zM9 9h.1',
  hat: 'M4 16c0-6 3-9 8-9s8 3 8 9zM2 17.5h20',
  pendant: 'M6 3c0 6 3 9 6 11 3-2 6-5 6-11M12 14v1M9.5 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0',
  watch: 'M8 8 9 2h6l1 6M8 16l1 6h6l1-6M5.5 12a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M12 9v3l2 1.5',
  ring: 'M6 15a6 6 0 1 0 12 0 6 6 0 1 0-12 0M9 9.5 7.5 6 9.5 3h5l2 3L15 9.5',
  patch: 'M3 12h4l2-5 3 10 3-8 1.5 3H21',
  belt: 'M2 9h6M16 9h6M2 15h6M16 15h6M8 7h8v10H8zM12 12h6',
  clip: 'M7 2.5h10v19H7zM10.5 18.5h3',
  shoe: 'M3 7v9.5h18c0-3-2-4-5-4.5L10 7zM3 19h18M11 10l-1.5 1.5',
  other: 'M5 5h14v14H5zM9 9h6v6H9z',
};

export function iconPath(kind) {
  return paths[kind] ?? paths.other;
}

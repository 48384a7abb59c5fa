import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const blue: MantineColorsTuple = [
  '#edf4fa',
  '#d8e6f2',
  '#aecbe3',
  '#82afd4',
  '#5e97c7',
  '#4888bf',
  '#3b7fba',
  '#2f6ca3',
  '#2f5d8a',
  '#1f4568',
];

export const theme = createTheme({
  colors: { hook: blue },
  primaryColor: 'hook',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    // A coloured title on white would miss the contrast; the frame and the icon carry the colour.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    // Scrolls in itself where the window is too narrow for its choices.
    SegmentedControl: { styles: { root: { maxWidth: '100%', overflowX: 'auto' } } },
    Badge: { defaultProps: { tt: 'none', fw: 550 } },
    Table: { defaultProps: { verticalSpacing: 'sm' } },
    Accordion: { defaultProps: { order: 2 } },
    // The header of a dialog is not a second banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'none' } } } },
    Drawer: { defaultProps: { attributes: { header: { role: 'none' } } } },
  },
});

/** Quiet text that still reaches the contrast of WCAG AA on every background of the console. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#525960',
    '--mantine-color-placeholder': '#656d75',
    '--mantine-color-error': '#c22525',
    '--mantine-color-red-outline': '#b42323',
    '--mantine-color-anchor': '#1f5f9e',
  },
  dark: {
    '--mantine-color-dimmed': '#b3b9c0',
    '--mantine-color-placeholder': '#9aa1a9',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-outline': '#ff8787',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b32424',
    '--mantine-color-anchor': '#8ec2f0',
  },
});

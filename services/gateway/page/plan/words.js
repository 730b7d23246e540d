// The words that plans are asked for with, each with what it means.

export const policies = ['optimal', 'optimal-mixed', 'synergy', 'joint-model', 'ind-model', 'ind-e2e', 'pri-min-dev', 'pri-max-dev',
  'min-dev', 'max-dev'];
export const objectives = ['fair', 'rounds', 'sum', 'latency', 'energy', 'lifetime'];
export const residencies = ['resident', 'reload', 'needed'];

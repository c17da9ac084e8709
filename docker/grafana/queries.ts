export const rate = (selector: string): string => `rate(${selector}[5m])`;
export const per = (labels: string, expression: string): string => `sum by (${labels}) (${expression})`;
export const audited = (action: string): string =>
  `sum(${rate(`gatehouse_audit_events_total{action="${action}"}`)}) * 60`;

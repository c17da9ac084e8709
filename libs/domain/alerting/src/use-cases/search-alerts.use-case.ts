import type { AlertPage, AlertQuery, AlertStore } from '../ports/alerts.port.js';

export class SearchAlerts {
  constructor(private readonly store: AlertStore) {}

  execute(query: AlertQuery): Promise<AlertPage> {
    return this.store.search(query);
  }
}

/** Whether this instance still wants new work. */
export class Lifecycle {
  #draining = false;

  get draining(): boolean {
    return this.#draining;
  }

  /**
   * From here on `/ready` answers 503, so that load balancers look elsewhere; requests are still served, each the last on
   * its connection.
   */
  drain(): void {
    this.#draining = true;
  }
}

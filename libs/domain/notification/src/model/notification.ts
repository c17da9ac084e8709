export type OtpPurpose = 'sign-in' | 'register' | 'add-identifier';
export type LinkPurpose = 'verify-email' | 'reset-password';

/** Of an account, told to its owner. */
export type AccountAlert = 'refresh-reused' | 'unusual-sign-in' | 'roles-changed' | 'many-failures';

/** Of a deployment, told to its operators. */
export type OperatorAlert =
  | 'many-failures'
  | 'new-device'
  | 'unusual-place'
  | 'impossible-travel'
  | 'refresh-reuse'
  | 'lockout'
  | 'role-change'
  | 'address-blocked';

/** What a person is to be told, before it is put into words: the input of one template. */
export type Notification =
  | {
      readonly template: 'otp-code';
      readonly code: string;
      readonly purpose: OtpPurpose;
      readonly validMinutes: number;
    }
  | { readonly template: 'welcome'; readonly displayName: string | null }
  | {
      readonly template: 'verify-email';
      readonly token: string;
      readonly registeredAt: Date;
      readonly validHours: number;
    }
  | { readonly template: 'already-registered'; readonly at: Date }
  | { readonly template: 'reset-password'; readonly token: string; readonly validMinutes: number }
  | {
      readonly template: 'new-sign-in';
      readonly displayName: string | null;
      readonly address: string;
      readonly userAgent: string;
      readonly at: Date;
    }
  | {
      readonly template: 'account-notice';
      readonly notice: 'identifier-added' | 'identifier-removed';
      readonly identifierHint: string;
      readonly at: Date;
    }
  | {
      readonly template: 'account-notice';
      readonly notice: 'account-deleted';
      readonly restorableUntil: Date;
    }
  | { readonly template: 'account-notice'; readonly notice: 'password-changed'; readonly at: Date }
  | {
      readonly template: 'account-notice';
      readonly notice: 'locked-out';
      readonly until: Date;
      readonly address: string;
    }
  | {
      readonly template: 'account-notice';
      readonly notice: AccountAlert;
      readonly at: Date;
      readonly address: string;
      /** ISO 3166-1 alpha-2, where that is known. */
      readonly country: string | null;
    }
  | {
      readonly template: 'operator-alert';
      readonly id: string;
      readonly kind: OperatorAlert;
      readonly severity: string;
      readonly phase: 'opened' | 'grown' | 'closed';
      readonly openedAt: Date;
      readonly lastAt: Date;
      readonly count: number;
      readonly accounts: number;
      readonly addresses: number;
    };

export type TemplateName = Notification['template'];

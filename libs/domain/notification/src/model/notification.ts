export type OtpPurpose = 'sign-in' | 'register' | 'add-identifier';
export type LinkPurpose = 'verify-email' | 'reset-password';

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
    };

export type TemplateName = Notification['template'];
